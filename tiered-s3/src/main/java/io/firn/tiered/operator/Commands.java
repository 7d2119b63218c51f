package io.firn.tiered.operator;

import io.firn.spi.Registrar;
import io.firn.spi.admin.CommandSpec;
import io.firn.spi.admin.CommandSpec.Effect;
import io.firn.tiered.archive.ArchiveStatus;
import io.firn.tiered.commit.Catalogue;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What operators can ask and do about archiving. Any thread of the plugin, which it may block. */
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
        shown.put("location", operated.served().location());
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
}
