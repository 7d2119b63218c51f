package io.firn.tiered.archive;

import io.firn.spi.read.BrokerReader;
import io.firn.tiered.archive.ArchiveStatus.Phase;
import io.firn.tiered.catalogue.Archive;
import io.firn.tiered.commit.ArchiveKeys;
import io.firn.tiered.commit.ArchiveLog;
import io.firn.tiered.commit.Catalogue;
import io.firn.tiered.commit.FencedOut;
import io.firn.tiered.commit.ObjectRef;
import io.firn.tiered.store.CancelToken;
import io.firn.tiered.store.ObjectStore;
import io.firn.tiered.store.RequestMeter;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Archives one slice after the other: cut, upload, read back, commit, publish. Whatever fails is tried again later, from
 * where the log in the bucket is; only another writer ends it. {@link #tick} belongs to one task of the plugin, which it
 * blocks; the other methods come on any thread.
 */
public final class Archiver {
    private static final Logger LOG = LoggerFactory.getLogger(Archiver.class);
    private static final int RECORDS_PER_CHECKPOINT = 1000;
    /** A backlog of days must not put off snapshots and retention until it is archived. */
    private static final int SLICES_BETWEEN_CHORES = 16;

    private static final String PAUSED = "an operator has paused archiving";

    private final Parts parts;
    private final InstantSource clock;
    private final Archive archive;
    private boolean probed;
    /** The bucket was read and fenced since the start. Owner: the archiver's thread. */
    private volatile boolean seen;

    private final Attempts archiving;
    private final Attempts chores;
    private long checkpointed;
    private long slices;
    private final Losses losses = new Losses();
    private volatile boolean paused;
    private volatile ArchiveStatus status;

    /** What it works with. */
    private record Parts(
            ArchiveLog log,
            SliceArchiver slices,
            Cutter cutter,
            CatalogueSync sync,
            UploadPace pace,
            Context context) {}

    /** Asks the store, once, whether it keeps its promises. */
    @FunctionalInterface
    public interface Probe {
        /** Throws what the store throws, or what it does not keep. */
        void run(CancelToken cancel);
    }

    /**
     * What archives where.
     *
     * @param data requests for objects
     * @param commits requests for the log of commits
     * @param pool sends parts
     * @param meta who writes, for people
     * @param cancel ends what is under way
     */
    public record Setup(
            BrokerReader reader,
            ObjectStore data,
            ObjectStore commits,
            RequestMeter meter,
            ArchiveKeys keys,
            Executor pool,
            Map<String, String> meta,
            RandomGenerator random,
            CancelToken cancel) {}

    /** An archiver that has done nothing yet. */
    public static Archiver of(
            Setup setup, ArchiveSettings settings, CatalogueSync sync, Archive archive, Context context) {
        UploadPace pace = new UploadPace(setup.meter, context.nanos, settings.bytesPerSecond(), context.ladder);
        ObjectUpload.Route route =
                new ObjectUpload.Route(setup.data, setup.pool, pace, settings.packing(), setup.cancel);
        Parts parts = new Parts(
                ArchiveLog.over(setup.commits, setup.keys, setup.random),
                new SliceArchiver(
                        setup.reader,
                        route,
                        setup.keys,
                        new SliceArchiver.Marks(setup.meta, context.classes),
                        setup.random),
                new Cutter(setup.reader, context.clock, settings.maxLag()),
                sync,
                pace,
                context);
        return new Archiver(parts, archive, context.clock);
    }

    /**
     * Clocks, and what is done besides archiving.
     *
     * @param probe what is asked of the store before anything else
     * @param classes how long messages of a topic are kept decides which object of a slice they go into
     * @param ladder says when uploads hurry
     * @param chore done after each round, and between slices when there are many
     */
    public record Context(
            InstantSource clock,
            LongSupplier nanos,
            Probe probe,
            UnaryOperator<String> classes,
            DiskLadder ladder,
            Chore chore) {}

    private Archiver(Parts parts, Archive archive, InstantSource clock) {
        this.parts = parts;
        this.archive = archive;
        this.clock = clock;
        this.archiving = new Attempts("archiving", clock);
        this.chores = new Attempts("what is done beside archiving", clock);
        this.status = new ArchiveStatus(
                Phase.STARTING, "the bucket was not reached yet", clock.instant(), archive.archivedUpTo(), 0, 0);
    }

    /** How it goes. */
    public ArchiveStatus status() {
        return status;
    }

    /** Whether the bucket was there since the start: before, what is archived is only what the local copy says. */
    public boolean hasSeenBucket() {
        return seen;
    }

    /** Archives nothing until {@link #resume}; what is archived stays readable, and what is not stays on the disk. */
    public void pause() {
        paused = true;
    }

    /** Goes on. */
    public void resume() {
        paused = false;
    }

    /** What is neither on the disk nor archived, when archiving waits for that; null when it does not. */
    public @Nullable LostRange lost() {
        return losses.lost();
    }

    /** An operator accepts that these positions are lost; false when archiving does not wait for exactly them. */
    public boolean accept(LostRange range) {
        return losses.accept(range);
    }

    /** How badly the disk needs room; told by the gate. */
    public DiskLadder ladder() {
        return parts.context.ladder;
    }

    /** The share of the full pace that the store allows. */
    public double pace() {
        return parts.pace.factor();
    }

    /**
     * Archives all there is now, and does what is due beside it. Each is tried whatever becomes of the other: a slice that
     * can not be archived does not hold up snapshots and retention, nor do these hold up slices.
     */
    public void tick() {
        if (status.phase() == Phase.FENCED) {
            return;
        }
        try {
            if (paused) {
                beside(Chore.Extent.SAVE);
            } else {
                if (archiving.isDue() || losses.takeAnswer()) {
                    archive();
                }
                beside(Chore.Extent.ALL);
            }
            tell();
        } catch (FencedOut e) {
            LOG.error("archiving ends: {}", e.getMessage());
            tell(Phase.FENCED, "another broker archives to the same place: " + e.getMessage());
        }
    }

    private void archive() {
        boolean wentThrough = archiving.run(() -> {
            begin();
            for (int n = 1; !paused && !cancel().isCancelled() && step(); n++) {
                if (n % SLICES_BETWEEN_CHORES == 0) {
                    beside(Chore.Extent.ALL);
                }
            }
        });
        if (wentThrough && losses.lost() == null) {
            archiving.wentThrough();
        }
    }

    private CancelToken cancel() {
        return parts.slices.cancel();
    }

    /** Probe, then catalogue, then fence: each once it works. */
    private void begin() {
        if (!probed) {
            parts.context.probe.run(cancel());
            probed = true;
        }
        if (!seen) {
            parts.sync.read(parts.log, archive, cancel());
            parts.log.fence(cancel());
            seen = true;
            checkpointed = parts.log.catalogue().seq();
            LOG.info("archiving as epoch {}, up to position {} so far", parts.log.epoch(), archive.archivedUpTo());
        }
        publish(parts.log.retry(cancel()));
    }

    /** Not for another log's archive: this broker's topics say nothing about it. Nor before the bucket was seen. */
    private void beside(Chore.Extent extent) {
        boolean theirs = parts.cutter.isForeign(parts.log.catalogue().archivedUpTo());
        if (!seen || theirs || !chores.isDue() || cancel().isCancelled()) {
            return;
        }
        boolean wentThrough = chores.run(() -> {
            if (extent == Chore.Extent.ALL) {
                publish(parts.log.retry(cancel())); // else nothing can be committed
            }
            parts.context.chore.run(parts.log, extent);
            publish(parts.log.catalogue());
        });
        if (wentThrough) {
            chores.worked();
        }
    }

    private boolean step() {
        long upTo = parts.log.catalogue().archivedUpTo();
        parts.pace.backlog(parts.cutter.backlog(upTo));
        Cut cut = parts.cutter.next(upTo);
        if (cut == null || cut.kind() != Cut.Kind.HOLE) {
            losses.none();
        }
        boolean worked = cut != null && take(cut);
        if (parts.log.catalogue().seq() - checkpointed >= RECORDS_PER_CHECKPOINT) {
            publish(parts.log.checkpoint(cancel()));
            checkpointed = parts.log.catalogue().seq();
        }
        if (cut == null) {
            archiving.worked();
        }
        return worked;
    }

    private boolean take(Cut cut) {
        return switch (cut.kind()) {
            case SLICE -> slice(cut);
            case HOLE -> hole(cut);
            case FOREIGN -> {
                archiving.failed("the archive ends at position " + cut.to() + ", the log of this broker already at "
                        + cut.from() + ": it is the archive of another log; give this broker another location or name");
                yield false;
            }
        };
    }

    private boolean slice(Cut cut) {
        List<SliceArchiver.Archived> archived = parts.slices.archive(cut, parts.log.epoch());
        if (archived.isEmpty()) {
            return false;
        }
        List<ObjectRef> objects =
                archived.stream().map(SliceArchiver.Archived::object).toList();
        Catalogue after = parts.log.add(new Catalogue.Slice(cut.from(), cut.to(), objects), cancel());
        archive.queues()
                .add(
                        cut.from(),
                        cut.to(),
                        archived.stream().map(SliceArchiver.Archived::index).toList());
        publish(after);
        slices++;
        archiving.worked();
        LOG.info(
                "archived positions {} to {}: {} bytes as {}",
                cut.from(),
                cut.to(),
                cut.to() - cut.from(),
                objects.stream().map(ObjectRef::key).toList());
        tell();
        return true;
    }

    /** A loss is never recorded unasked: the range may still come back, from a backup or a replica. */
    private boolean hole(Cut cut) {
        LostRange range = new LostRange(cut.from(), cut.to());
        if (!losses.found(range)) {
            archiving.failed("positions " + range.from() + " to " + range.to()
                    + " are neither on the disk nor archived, archiving"
                    + " waits: bring their segment files back, or give them up with accept-gap --from "
                    + range.from()
                    + " --to " + range.to());
            return false;
        }
        LOG.error("positions {} to {} are recorded as lost: an operator has accepted that", range.from(), range.to());
        publish(parts.log.gap(range.from(), range.to(), cancel()));
        losses.none();
        archiving.worked();
        return true;
    }

    private void publish(Catalogue catalogue) {
        if (catalogue.seq() != archive.catalogue().seq()) {
            parts.sync.publish(catalogue, archive.queues(), archive, cancel());
        }
    }

    private void tell() {
        String beside = chores.trouble();
        if (paused) {
            tell(Phase.PAUSED, beside.isEmpty() ? PAUSED : PAUSED + "; beside that: " + beside);
        } else {
            String why = archiving.trouble();
            tell(seen ? Phase.RUNNING : Phase.STARTING, why.isEmpty() ? beside : why);
        }
    }

    private void tell(Phase phase, String trouble) {
        ArchiveStatus before = status;
        boolean same = before.phase() == phase && before.trouble().isEmpty() == trouble.isEmpty();
        long upTo = archive.archivedUpTo();
        status = new ArchiveStatus(
                phase, trouble, same ? before.since() : clock.instant(), upTo, parts.cutter.backlog(upTo), slices);
    }
}
