package io.firn.tiered;

import io.firn.spi.PluginContext;
import io.firn.tiered.archive.Archiver;
import io.firn.tiered.archive.CatalogueSync;
import io.firn.tiered.archive.DiskLadder;
import io.firn.tiered.catalogue.Archive;
import io.firn.tiered.catalogue.CatalogueFile;
import io.firn.tiered.cold.ColdReads;
import io.firn.tiered.gate.ArchiveGate;
import io.firn.tiered.operator.Operated;
import io.firn.tiered.operator.RepairCommands;
import io.firn.tiered.operator.Served;
import io.firn.tiered.retention.Scrub;
import io.firn.tiered.state.Restore;
import io.firn.tiered.store.Purpose;
import io.firn.tiered.store.StoreException;
import io.firn.tiered.store.StoreProbe;
import java.util.concurrent.Executor;

/** The rooms of a running plugin, opened and closed together. */
final class Tier implements AutoCloseable {
    private static final int UPLOADS = 16;

    private final Ground ground;
    private final Operated operated;
    private final ArchiveGate gate;
    private final RepairCommands.Tools tools;

    private Tier(Ground ground, Operated operated, ArchiveGate gate, RepairCommands.Tools tools) {
        this.ground = ground;
        this.operated = operated;
        this.gate = gate;
        this.tools = tools;
    }

    /**
     * Opens the store and reads what is archived: from the local copy, else from the bucket.
     *
     * @throws StoreException the bucket can not be read, there is no local copy, and the log is empty: offsets and positions
     *     that are archived would be given out again
     */
    static Tier open(PluginContext context, TieredConfig config) {
        Ground ground = Ground.open(context, config);
        boolean opened = false;
        try {
            Tier tier = open(ground);
            opened = true;
            return tier;
        } finally {
            if (!opened) {
                ground.stores().close();
            }
        }
    }

    private static Tier open(Ground ground) {
        long queueBytes = ground.config().catalogueMemory().toBytes();
        CatalogueFile file = new CatalogueFile(ground.context().dataDir(), queueBytes);
        CatalogueSync sync = new CatalogueSync(ground.store(Purpose.RECOVERY), file, queueBytes);
        Archive archive = file.known();
        new FirstLook(ground, sync, archive).run();
        Beside beside = Beside.of(ground, archive);
        Archiver archiver = archiver(ground, sync, archive, beside);
        DiskLadder ladder = archiver.ladder();
        Served served = ground.served(archive, () -> ladder.step() != DiskLadder.Step.FREE);
        Operated operated = new Operated(served, archiver, beside.upkeep(), beside.keeper());
        ArchiveGate gate = new ArchiveGate(
                archive, archiver, ground.context().clock(), ground.config().localRetention());
        return new Tier(ground, operated, gate, tools(ground, archive));
    }

    private static Archiver archiver(Ground ground, CatalogueSync sync, Archive archive, Beside beside) {
        PluginContext context = ground.context();
        Executor uploads = context.blockingIo(UPLOADS);
        Archiver.Setup setup = new Archiver.Setup(
                context.reader(),
                ground.store(Purpose.ARCHIVE),
                ground.store(Purpose.COMMIT),
                ground.stores().meter(),
                ground.keys(),
                uploads,
                ground.meta(),
                ground.random(),
                ground.cancel());
        StoreProbe.Subject subject = new StoreProbe.Subject(
                ground.where(), ground.store(Purpose.RECOVERY), ground.config().fencing());
        Archiver.Probe probe = token -> StoreProbe.run(subject, uploads, ground.random(), context.clock(), token);
        return Archiver.of(
                setup,
                ground.config().archive(),
                sync,
                archive,
                new Archiver.Context(
                        context.clock(),
                        System::nanoTime,
                        probe,
                        beside.rules()::classOf,
                        new DiskLadder(ground.nanos()),
                        beside));
    }

    private static RepairCommands.Tools tools(Ground ground, Archive archive) {
        PluginContext context = ground.context();
        return new RepairCommands.Tools(
                new Scrub(ground.store(Purpose.ADMIN), ground.keys(), archive),
                ground.states(Purpose.ADMIN),
                new Restore(context.topics(), context.groups()),
                context.dataDir().resolve("rebuilt"));
    }

    Archive archive() {
        return operated.archive();
    }

    Archiver archiver() {
        return operated.archiver();
    }

    ArchiveGate gate() {
        return gate;
    }

    ColdReads reads() {
        return operated.reads();
    }

    Operated operated() {
        return operated;
    }

    RepairCommands.Tools tools() {
        return tools;
    }

    /** Ends what is under way, then closes the connections. */
    @Override
    public void close() {
        ground.cancel().cancel();
        reads().close();
        ground.stores().close();
    }
}
