package io.firn.tiered.operator;

import io.firn.spi.Registrar;
import io.firn.spi.admin.CommandSpec;
import io.firn.spi.admin.CommandSpec.Effect;
import io.firn.spi.contract.Deadline;
import io.firn.tiered.archive.ArchiveStatus;
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
import java.util.Locale;
import java.util.Map;

/** What operators can ask and do. Any thread of the plugin, which it may block. */
public final class Commands {
    private final Operated operated;

    public Commands(Operated operated) {
        this.operated = operated;
    }

    /** Registers all. */
    public void register(Registrar registrar) {
        registrar.admin(
                new CommandSpec<>("status", "Shows how archiving goes.", NoArgs.class, Effect.READS),
                (args, caller) -> status());
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
        registrar.admin(
                new CommandSpec<>(
                        "pause",
                        "Archives nothing more until resume; deletes nothing; snapshots go on.",
                        NoArgs.class,
                        Effect.CHANGES),
                (args, caller) -> {
                    operated.archiver().pause();
                    return "archiving is paused; segments stay on the disk until it goes on";
                });
        registrar.admin(
                new CommandSpec<>("resume", "Goes on archiving.", NoArgs.class, Effect.CHANGES), (args, caller) -> {
                    operated.archiver().resume();
                    return "archiving goes on";
                });
    }

    private Map<String, Object> status() {
        ArchiveStatus status = operated.archiver().status();
        Catalogue catalogue = operated.archive().catalogue();
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("location", operated.location());
        shown.put("phase", status.phase().name().toLowerCase(Locale.ROOT));
        shown.put("trouble", status.trouble());
        shown.put("since", status.since().toString());
        shown.put("archivedUpTo", catalogue.archivedUpTo());
        shown.put("backlogBytes", status.backlogBytes());
        shown.put("disk", operated.archiver().ladder().step().name().toLowerCase(Locale.ROOT));
        shown.put("slicesSinceStart", status.slices());
        shown.put("objects", catalogue.objects());
        shown.put("epoch", catalogue.epoch());
        shown.put("record", catalogue.seq());
        shown.put("queues", operated.archive().queues().queues().size());
        shown.put("lost", operated.archiver().lost());
        shown.put("waitsForRestore", operated.keeper().waitsForRestore());
        shown.put("upkeep", operated.upkeep().counts());
        shown.put("cold", operated.reads().stats());
        return shown;
    }

    private List<Map<String, Object>> list(ListArgs args) {
        Catalogue catalogue = operated.archive().catalogue();
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
        Catalogue catalogue = operated.archive().catalogue();
        ObjectStore store = operated.stores().forPurpose(Purpose.ADMIN);
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
            RpkReader.open(new StoredBytes(store, object.key(), operated.cancel()))
                    .verify();
            return "sound";
        } catch (StoreException | FormatException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private Map<String, Object> cost() {
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("usd", operated.stores().meter().usd(RequestPrices.S3_STANDARD));
        shown.put("requests", operated.stores().meter().counts());
        return shown;
    }
}
