package io.firn.tiered.reader;

import io.firn.spi.Registrar;
import io.firn.spi.admin.CommandSpec;
import io.firn.spi.admin.CommandSpec.Effect;
import io.firn.tiered.commit.Catalogue;
import io.firn.tiered.operator.LookCommands;
import io.firn.tiered.operator.NoArgs;
import io.firn.tiered.operator.Served;
import java.util.LinkedHashMap;
import java.util.Map;

/** What operators can ask of a read-only broker. Any thread of the plugin. */
public record ReaderCommands(Served served, Follower follower, FollowedState state) {
    /** Registers all. */
    public void register(Registrar registrar) {
        registrar.admin(
                new CommandSpec<>("status", "Shows how the archive is followed.", NoArgs.class, Effect.READS),
                (args, caller) -> status());
        new LookCommands(served).register(registrar);
    }

    private Map<String, Object> status() {
        Catalogue catalogue = served.archive().catalogue();
        Map<String, Object> shown = new LinkedHashMap<>();
        shown.put("location", served.location());
        shown.put("phase", "following");
        shown.put("trouble", follower.trouble());
        shown.put("archivedUpTo", catalogue.archivedUpTo());
        shown.put("objects", catalogue.objects());
        shown.put("epoch", catalogue.epoch());
        shown.put("record", catalogue.seq());
        shown.put("queues", served.archive().queues().queues().size());
        shown.put("state", state.key());
        shown.put("cold", served.reads().stats());
        return shown;
    }
}
