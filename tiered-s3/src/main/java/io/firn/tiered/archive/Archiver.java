package io.firn.tiered.archive;

import io.firn.spi.read.BrokerReader;
import io.firn.tiered.archive.ArchiveStatus.Phase;
import io.firn.tiered.catalogue.Archive;
import io.firn.tiered.commit.ArchiveKeys;
import io.firn.tiered.commit.ArchiveLog;
import io.firn.tiered.commit.Catalogue;
import io.firn.tiered.commit.CorruptArchive;
import io.firn.tiered.commit.FencedOut;
import io.firn.tiered.commit.ObjectRef;
import io.firn.tiered.format.FormatException;
import io.firn.tiered.store.CancelToken;
import io.firn.tiered.store.ObjectStore;
import io.firn.tiered.store.RequestMeter;
import io.firn.tiered.store.StoreException;
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

    private final Parts parts;
    private final InstantSource clock;
    private final Archive archive;
    private boolean probed;
    /** The bucket was read and fenced since the start. Owner: the archiver's thread. */
    private volatile boolean seen;

    private final Backoff backoff;
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
        UploadPace pace = new UploadPace(setup.meter, context.nanos, settings.bytesPerSecond());
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
     * @param chore done after each round
     */
    public record Context(
            InstantSource clock, LongSupplier nanos, Probe probe, UnaryOperator<String> classes, Chore chore) {}

    private Archiver(Parts parts, Archive archive, InstantSource clock) {
        this.parts = parts;
        this.archive = archive;
        this.clock = clock;
        this.backoff = new Backoff(clock);
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

    /** The disk is filling: uploads go as fast as they can. */
    public void hurry() {
        parts.pace.hurry();
    }

    /** The share of the full pace that the store allows. */
    public double pace() {
        return parts.pace.factor();
    }

    /** Archives all there is now. */
    public void tick() {
        if (status.phase() == Phase.FENCED || (!backoff.isOver() && !losses.takeAnswer())) {
            return;
        }
        if (paused) {
            tell(Phase.PAUSED, "an operator has paused archiving");
            return;
        }
        try {
            round();
        } catch (StoreException.Cancelled e) {
            LOG.info("archiving stops: {}", e.getMessage());
        } catch (StoreException e) {
            failed(String.valueOf(e.getMessage()));
        } catch (FormatException e) {
            failed((e.part() == FormatException.Part.SLICE
                            ? "the log's own bytes can not be archived: "
                            : "what is stored is not what was sent, it is sent again: ")
                    + e.getMessage());
        } catch (CorruptArchive e) {
            failed(String.valueOf(e.getMessage()));
        } catch (FencedOut e) {
            LOG.error("archiving ends: {}", e.getMessage());
            tell(Phase.FENCED, "another broker archives to the same place: " + e.getMessage());
        }
    }

    private void round() {
        begin();
        while (!paused && !cancel().isCancelled() && step()) {
            backoff.end();
        }
        chores();
        publish(parts.log.catalogue());
        if (losses.lost() == null) {
            backoff.reset();
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

    /** Not for another log's archive: this broker's topics say nothing about it. */
    private void chores() {
        if (!parts.cutter.isForeign(parts.log.catalogue().archivedUpTo())) {
            parts.context.chore.run(parts.log);
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
            tell(Phase.RUNNING, "");
        }
        return worked;
    }

    private boolean take(Cut cut) {
        return switch (cut.kind()) {
            case SLICE -> slice(cut);
            case HOLE -> hole(cut);
            case FOREIGN -> {
                failed("the archive ends at position " + cut.to() + ", the log of this broker already at " + cut.from()
                        + ": it is the archive of another log; give this broker another location or name");
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
        LOG.info(
                "archived positions {} to {}: {} bytes as {}",
                cut.from(),
                cut.to(),
                cut.to() - cut.from(),
                objects.stream().map(ObjectRef::key).toList());
        tell(Phase.RUNNING, "");
        return true;
    }

    /** A loss is never recorded unasked: the range may still come back, from a backup or a replica. */
    private boolean hole(Cut cut) {
        LostRange range = new LostRange(cut.from(), cut.to());
        if (!losses.found(range)) {
            failed("positions " + range.from() + " to " + range.to()
                    + " are neither on the disk nor archived, archiving"
                    + " waits: bring their segment files back, or give them up with accept-gap --from "
                    + range.from()
                    + " --to " + range.to());
            return false;
        }
        LOG.error("positions {} to {} are recorded as lost: an operator has accepted that", range.from(), range.to());
        publish(parts.log.gap(range.from(), range.to(), cancel()));
        losses.none();
        return true;
    }

    private void publish(Catalogue catalogue) {
        if (catalogue.seq() != archive.catalogue().seq()) {
            parts.sync.publish(catalogue, archive.queues(), archive, cancel());
        }
    }

    private void failed(String why) {
        LOG.warn("archiving pauses until {}: {}", backoff.failed(), why);
        tell(seen ? Phase.RUNNING : Phase.STARTING, why);
    }

    private void tell(Phase phase, String trouble) {
        ArchiveStatus before = status;
        boolean same = before.phase() == phase && before.trouble().isEmpty() == trouble.isEmpty();
        long upTo = archive.archivedUpTo();
        status = new ArchiveStatus(
                phase, trouble, same ? before.since() : clock.instant(), upTo, parts.cutter.backlog(upTo), slices);
    }
}
