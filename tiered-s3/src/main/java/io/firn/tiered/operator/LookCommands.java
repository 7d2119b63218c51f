package io.firn.tiered.operator;

import io.firn.spi.Registrar;
import io.firn.spi.admin.CommandSpec;
import io.firn.spi.admin.CommandSpec.Effect;
import io.firn.spi.contract.Deadline;
import io.firn.tiered.commit.Catalogue;
import io.firn.tiered.commit.ObjectRef;
import io.firn.tiered.commit.StoredBytes;
import io.firn.tiered.format.FormatException;
import io.firn.tiered.format.RpkReader;
import io.firn.tiered.store.ObjectStore;
import io.firn.tiered.store.Purpose;
import io.firn.tiered.store.RequestPrices;
import io.firn.tiered.store.StoreException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What operators can ask of an archive, whoever writes it. Any thread of the plugin, which it may block. */
public final class LookCommands {
    private final Served served;

    public LookCommands(Served served) {
        this.served = served;
    }

    /** Registers all. */
    public void register(Registrar registrar) {
        registrar.admin(
                new CommandSpec<>("ls", "Lists archived objects by position of the log.", ListArgs.class, Effect.READS),
                (args, caller) -> list(args));
        registrar.admin(
                new CommandSpec<>(
                        "verify", "Reads objects back, every byte, and checks them.", ListArgs.class, Effect.READS),
                (args, caller) -> verify(args, caller.deadline()));
        registrar.admin(
                new CommandSpec<>(
                        "cost", "Shows requests since the start, and their price.", NoArgs.class, Effect.READS),
                (args, caller) -> cost());
    }

    private List<Map<String, Object>> list(ListArgs args) {
        Catalogue catalogue = served.archive().catalogue();
        List<Map<String, Object>> shown = new ArrayList<>();
        int row = catalogue.firstFrom(args.from());
        for (; row < catalogue.objects() && shown.size() < args.count(); row++) {
            ObjectRef object = catalogue.object(row);
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("from", catalogue.base(row));
            line.put("to", catalogue.end(row));
            line.put("bytes", object.lengthBytes());
            line.put("lastStoredMs", object.maxMs());
            line.put("key", object.key());
            shown.add(line);
        }
        return shown;
    }

    private List<Map<String, Object>> verify(ListArgs args, Deadline deadline) {
        Catalogue catalogue = served.archive().catalogue();
        ObjectStore store = served.stores().forPurpose(Purpose.ADMIN);
        List<Map<String, Object>> shown = new ArrayList<>();
        int row = catalogue.firstFrom(args.from());
        for (; row < catalogue.objects() && shown.size() < args.count(); row++) {
            ObjectRef object = catalogue.object(row);
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("from", catalogue.base(row));
            line.put("key", object.key());
            line.put(
                    "result",
                    deadline.isExpired() ? "not looked at: out of time, go on from here" : look(store, object));
            shown.add(line);
        }
        return shown;
    }

    private String look(ObjectStore store, ObjectRef object) {
        try {
            RpkReader.open(new StoredBytes(store, object.key(), served.cancel()))
                    .verify();
            return "sound";
        } catch (StoreException | FormatException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private Map<String, Object> cost() {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("usd", served.stores().meter().usd(RequestPrices.S3_STANDARD));
        shown.put("requests", served.stores().meter().counts());
        return shown;
    }
}
