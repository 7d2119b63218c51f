package io.firn.tiered;

import io.firn.spi.PluginContext;
import io.firn.spi.contract.Deadline;
import io.firn.tiered.archive.Archiver;
import io.firn.tiered.archive.CatalogueSync;
import io.firn.tiered.catalogue.Archive;
import io.firn.tiered.catalogue.CatalogueFile;
import io.firn.tiered.catalogue.QueueMap;
import io.firn.tiered.cold.ColdReads;
import io.firn.tiered.commit.ArchiveKeys;
import io.firn.tiered.commit.ArchiveLog;
import io.firn.tiered.commit.Catalogue;
import io.firn.tiered.commit.CatalogueRebuild;
import io.firn.tiered.commit.CorruptArchive;
import io.firn.tiered.gate.ArchiveGate;
import io.firn.tiered.operator.Operated;
import io.firn.tiered.operator.RepairCommands;
import io.firn.tiered.retention.RetentionRules;
import io.firn.tiered.retention.Scrub;
import io.firn.tiered.retention.Upkeep;
import io.firn.tiered.state.Restore;
import io.firn.tiered.state.StateKeeper;
import io.firn.tiered.state.StateSeries;
import io.firn.tiered.store.CancelToken;
import io.firn.tiered.store.ObjectStores;
import io.firn.tiered.store.Purpose;
import io.firn.tiered.store.StoreConfig;
import io.firn.tiered.store.StoreException;
import io.firn.tiered.store.StoreProbe;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/** The rooms of a running plugin, opened and closed together. */
final class Tier implements AutoCloseable {
    private static final int UPLOADS = 16;
    private static final int READS = 256;
    private static final Duration RETENTION_PERIOD = Duration.ofMinutes(5);
    /** The broker's monotonic clock is read as what is left until then. */
    private static final Duration FAR = Duration.ofDays(36_500);

    private static final Duration START_LIMIT = Duration.ofSeconds(20);

    private final ObjectStores stores;
    private final CancelToken cancel;
    private final Archive archive;
    private final Archiver archiver;
    private final ArchiveGate gate;
    private final ColdReads reads;
    private final Operated operated;
    private final RepairCommands.Tools tools;

    private Tier(ObjectStores stores, CancelToken cancel, Archive archive, Doers doers, Seen seen) {
        this.stores = stores;
        this.cancel = cancel;
        this.archive = archive;
        this.archiver = doers.archiver;
        this.gate = doers.gate;
        this.reads = doers.reads;
        this.operated = seen.operated;
        this.tools = seen.tools;
    }

    private record Doers(Archiver archiver, ArchiveGate gate, ColdReads reads) {}

    private record Seen(Operated operated, RepairCommands.Tools tools) {}

    /** What is done beside archiving, and what it needs. */
    private record Beside(RetentionRules rules, Upkeep upkeep, StateKeeper keeper) {
        void run(ArchiveLog log) {
            upkeep.run(log);
            keeper.run(log);
        }
    }

    /** What all rooms share. */
    private record Ground(
            PluginContext context, TieredConfig config, ObjectStores stores, ArchiveKeys keys, CancelToken cancel) {
        StateSeries states(Purpose purpose) {
            return new StateSeries(stores.forPurpose(purpose), keys);
        }

        Path mark() {
            return context.dataDir().resolve("state.mark");
        }

        LongSupplier nanos() {
            Deadline far = context.deadline(FAR);
            return () -> -far.remainingNs();
        }
    }

    /**
     * Opens the store and reads what is archived: from the local copy, else from the bucket.
     *
     * @throws StoreException the bucket can not be read, there is no local copy, and the log is empty: offsets and positions
     *     that are archived would be given out again
     */
    static Tier open(PluginContext context, TieredConfig config) {
        SecureRandom random = new SecureRandom();
        StoreConfig where = config.store(context.dataDir());
        ObjectStores stores = ObjectStores.open(where, random);
        boolean opened = false;
        try {
            CancelToken cancel = new CancelToken();
            ArchiveKeys keys = new ArchiveKeys(
                    root(context.broker().cluster(), context.broker().name()));
            long queueBytes = config.catalogueMemory().toBytes();
            CatalogueFile file = new CatalogueFile(context.dataDir(), queueBytes);
            CatalogueSync sync = new CatalogueSync(stores.forPurpose(Purpose.RECOVERY), file, queueBytes);
            Archive archive = known(file, queueBytes);
            ArchiveLog view = ArchiveLog.over(stores.forPurpose(Purpose.RECOVERY), keys, random);
            readBucket(context, sync, view, archive, token -> {
                boolean rebuilds = config.catalogueLost() == TieredConfig.LostCatalogue.REBUILD;
                if (rebuilds) {
                    CatalogueRebuild.run(stores.forPurpose(Purpose.RECOVERY), keys, random, token);
                }
                return rebuilds;
            });
            Executor uploads = context.blockingIo(UPLOADS);
            Archiver.Setup setup = new Archiver.Setup(
                    context.reader(),
                    stores.forPurpose(Purpose.ARCHIVE),
                    stores.forPurpose(Purpose.COMMIT),
                    stores.meter(),
                    keys,
                    uploads,
                    meta(context),
                    random,
                    cancel);
            StoreProbe.Subject subject =
                    new StoreProbe.Subject(where, stores.forPurpose(Purpose.RECOVERY), config.fencing());
            Archiver.Probe probe = token -> StoreProbe.run(subject, uploads, random, context.clock(), token);
            Ground ground = new Ground(context, config, stores, keys, cancel);
            Beside beside = beside(ground, archive, random);
            Archiver archiver = Archiver.of(
                    setup,
                    config.archive(),
                    sync,
                    archive,
                    new Archiver.Context(
                            context.clock(), System::nanoTime, probe, beside.rules::classOf, beside::run));
            ColdReads.Lines lines = new ColdReads.Lines(
                    stores.forPurpose(Purpose.MISS),
                    stores.forPurpose(Purpose.READAHEAD),
                    context.blockingIo(READS),
                    cancel);
            ColdReads reads = new ColdReads(archive, lines, config.cold());
            ArchiveGate gate = new ArchiveGate(archive, archiver, context.clock(), config.localRetention());
            Operated operated = new Operated(
                    archive, archiver, reads, beside.upkeep, stores, where.location().toString(), cancel);
            Seen seen = new Seen(operated, tools(ground, archive, beside.keeper));
            Tier tier = new Tier(stores, cancel, archive, new Doers(archiver, gate, reads), seen);
            opened = true;
            return tier;
        } finally {
            if (!opened) {
                stores.close();
            }
        }
    }

    private static Beside beside(Ground ground, Archive archive, SecureRandom random) {
        PluginContext context = ground.context;
        LongSupplier nanos = ground.nanos();
        RetentionRules rules = new RetentionRules(context.topics(), ground.config.retention());
        Upkeep upkeep = new Upkeep(new Upkeep.Setup(
                ground.stores.forPurpose(Purpose.HOUSEKEEPING),
                ground.keys,
                archive,
                rules,
                ground.config.deleteGrace(),
                RETENTION_PERIOD,
                context.clock(),
                nanos,
                ground.cancel));
        StateKeeper keeper = new StateKeeper(new StateKeeper.Setup(
                ground.states(Purpose.HOUSEKEEPING),
                context.topics(),
                context.groups(),
                ground.mark(),
                ground.config.stateInterval(),
                nanos,
                random,
                ground.cancel));
        return new Beside(rules, upkeep, keeper);
    }

    private static RepairCommands.Tools tools(Ground ground, Archive archive, StateKeeper keeper) {
        return new RepairCommands.Tools(
                new Scrub(ground.stores.forPurpose(Purpose.ADMIN), ground.keys, archive),
                ground.states(Purpose.ADMIN),
                keeper,
                new Restore(ground.context.topics(), ground.context.groups()),
                ground.context.dataDir().resolve("rebuilt"));
    }

    private static Archive known(CatalogueFile file, long queueBytes) {
        CatalogueFile.Copy copy = file.load();
        return copy == null
                ? new Archive(new QueueMap(queueBytes), Catalogue.EMPTY)
                : new Archive(copy.queues(), copy.catalogue());
    }

    /** What another life of this broker archived has to be known before messages get offsets. */
    private static void readBucket(
            PluginContext context, CatalogueSync sync, ArchiveLog view, Archive archive, Predicate<CancelToken> rebuild) {
        CancelToken limit = new CancelToken();
        try (var _ = context.scheduler().once("start-limit", START_LIMIT, limit::cancel)) {
            try {
                sync.read(view, archive, limit);
            } catch (CorruptArchive e) {
                if (!rebuild.test(CancelToken.none())) { // takes as long as it takes: an operator has asked for it
                    throw e;
                }
                sync.read(view, archive, CancelToken.none());
            }
        } catch (StoreException | CorruptArchive e) {
            boolean knowsNothing = archive.catalogue().seq() == 0;
            if (knowsNothing && context.reader().positions().appended() == 0) {
                throw e;
            }
            context.logger()
                    .warn(
                            "starting without the bucket, archived messages as the local copy knows them: {}",
                            e.getMessage());
        }
        long appended = context.reader().positions().appended();
        if (appended > 0 && archive.archivedUpTo() > appended) {
            throw new IllegalStateException("what is archived ends at position " + archive.archivedUpTo()
                    + ", the log of this broker already at " + appended
                    + ": it is the archive of another log; give this"
                    + " broker another location or name, or empty its store to go on where the archive ends");
        }
    }

    /** Two letters in front spread many brokers over the partitions of a bucket. */
    private static String root(String cluster, String broker) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest((cluster + '/' + broker).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 1) + '/' + cluster + '/' + broker + '/';
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static Map<String, String> meta(PluginContext context) {
        return Map.of(
                "cluster", context.broker().cluster(),
                "broker", context.broker().name(),
                "version", context.plugin().version());
    }

    Archive archive() {
        return archive;
    }

    Archiver archiver() {
        return archiver;
    }

    ArchiveGate gate() {
        return gate;
    }

    ColdReads reads() {
        return reads;
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
        cancel.cancel();
        reads.close();
        stores.close();
    }
}
