package io.firn.tiered.retention;

import io.firn.tiered.catalogue.Archive;
import io.firn.tiered.commit.ArchiveKeys;
import io.firn.tiered.commit.ArchiveLog;
import io.firn.tiered.commit.Garbage;
import io.firn.tiered.commit.ObjectRef;
import io.firn.tiered.commit.StoredBytes;
import io.firn.tiered.format.RpkReader;
import io.firn.tiered.store.CancelToken;
import io.firn.tiered.store.ObjectStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the bucket small: retention every few minutes, deletion after the grace, and once per life what earlier lives left.
 * Owner: the archiver's thread, which it blocks; the counts are read by any.
 */
public final class Upkeep {
    private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);

    private final Setup setup;
    private final Expiry expiry;
    private @Nullable Life life;
    private long nextRoundNs;
    private long dropped;
    private long deleted;
    private long orphans;
    private volatile Counts counts = new Counts(0, 0, 0, 0);

    /**
     * What it works with.
     *
     * @param grace between a drop and the deletion
     * @param period between two rounds of retention
     * @param clock for the age of messages
     * @param nanos for grace and period
     */
    public record Setup(
            ObjectStore store,
            ArchiveKeys keys,
            Archive archive,
            RetentionRules rules,
            Duration grace,
            Duration period,
            InstantSource clock,
            LongSupplier nanos,
            CancelToken cancel) {}

    /** As long as this writer holds its fence. */
    private static final class Life {
        private final long epoch;
        private final Garbage garbage;
        private final long beganNs;
        private boolean uploadsDone;
        private boolean orphansDone;

        Life(long epoch, Garbage garbage, long beganNs) {
            this.epoch = epoch;
            this.garbage = garbage;
            this.beganNs = beganNs;
        }
    }

    /**
     * How much there was to do, since the start.
     *
     * @param waiting dropped and not deleted yet
     */
    public record Counts(long dropped, long deleted, long orphans, int waiting) {}

    public Upkeep(Setup setup) {
        this.setup = setup;
        this.expiry = new Expiry(object -> RpkReader.open(new StoredBytes(setup.store, object.key(), setup.cancel)));
        this.nextRoundNs = setup.nanos.getAsLong();
    }

    /** How much there was to do. */
    public Counts counts() {
        return counts;
    }

    /** Whether messages go by their topics' retention now. */
    public enum Ages {
        COUNT,
        /** Nobody knows whether the topics are the archive's. */
        WAIT
    }

    /** Does what is due. */
    public void run(ArchiveLog log, Ages ages) {
        Life now = life(log);
        long ns = setup.nanos.getAsLong();
        if (!now.uploadsDone) {
            int aborted = now.garbage.abortUploads(setup.cancel);
            now.uploadsDone = true;
            if (aborted > 0) {
                LOG.info("{} uploads that earlier writers began are thrown away", aborted);
            }
        }
        if (ages == Ages.COUNT && ns - nextRoundNs >= 0) {
            retention(log, now.garbage);
            nextRoundNs = ns + setup.period.toNanos();
        }
        deleted += now.garbage.sweep(setup.cancel);
        if (!now.orphansDone && ns - now.beganNs > setup.grace.toNanos()) {
            orphans += now.garbage.collectOrphans(setup.cancel);
            now.orphansDone = true;
        }
        counts = new Counts(dropped, deleted, orphans, now.garbage.waiting());
    }

    private Life life(ArchiveLog log) {
        Life now = life;
        if (now == null || now.epoch != log.epoch()) {
            Garbage garbage = new Garbage(log, setup.store, setup.keys, setup.grace, setup.nanos);
            now = new Life(log.epoch(), garbage, setup.nanos.getAsLong());
            life = now;
        }
        return now;
    }

    private void retention(ArchiveLog log, Garbage garbage) {
        List<ObjectRef> gone =
                expiry.expired(log.catalogue(), setup.archive.queues(), setup.rules.now(), setup.clock.millis());
        for (int from = 0; from < gone.size(); from += Garbage.BATCH) {
            List<ObjectRef> batch = gone.subList(from, Math.min(gone.size(), from + Garbage.BATCH));
            garbage.drop(batch, setup.cancel);
            batch.forEach(expiry::forget);
            dropped += batch.size();
            LOG.info(
                    "dropped {} objects whose messages are past their retention, from {}",
                    batch.size(),
                    batch.getFirst());
        }
    }
}
