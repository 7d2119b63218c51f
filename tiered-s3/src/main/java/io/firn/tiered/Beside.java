package io.firn.tiered;

import io.firn.spi.PluginContext;
import io.firn.tiered.archive.Chore;
import io.firn.tiered.catalogue.Archive;
import io.firn.tiered.commit.ArchiveLog;
import io.firn.tiered.retention.RetentionRules;
import io.firn.tiered.retention.Upkeep;
import io.firn.tiered.state.StateKeeper;
import io.firn.tiered.store.Purpose;
import java.time.Duration;

/** What the archiver's thread does beside archiving: snapshots, then, unless an operator has paused it, deletion. */
record Beside(RetentionRules rules, Upkeep upkeep, StateKeeper keeper) implements Chore {
    private static final Duration RETENTION_PERIOD = Duration.ofMinutes(5);

    static Beside of(Ground ground, Archive archive) {
        PluginContext context = ground.context();
        RetentionRules rules =
                new RetentionRules(
                context.topics(),
                ground.config().retention(),
                ground.config().retentionCompacted());
        Upkeep upkeep = new Upkeep(new Upkeep.Setup(
                ground.store(Purpose.HOUSEKEEPING),
                ground.keys(),
                archive,
                rules,
                ground.config().deleteGrace(),
                RETENTION_PERIOD,
                context.clock(),
                ground.nanos(),
                ground.cancel()));
        StateKeeper keeper = new StateKeeper(new StateKeeper.Setup(
                ground.states(Purpose.HOUSEKEEPING),
                context.topics(),
                context.groups(),
                ground.mark(),
                ground.config().stateInterval(),
                ground.nanos(),
                ground.random(),
                ground.cancel()));
        return new Beside(rules, upkeep, keeper);
    }

    @Override
    public void run(ArchiveLog log, Extent extent) {
        keeper.run(log, extent);
        if (extent == Extent.ALL) {
            upkeep.run(log, keeper.isSettled() ? Upkeep.Ages.COUNT : Upkeep.Ages.WAIT);
        }
    }
}
