package io.firn.tiered.state;

import io.firn.spi.topic.GroupView;
import io.firn.spi.topic.TopicView;
import io.firn.tiered.archive.Chore;
import io.firn.tiered.commit.ArchiveLog;
import io.firn.tiered.commit.Garbage;
import io.firn.tiered.store.CancelToken;
import io.firn.tiered.store.ObjectStore;
import io.firn.tiered.store.Payload;
import io.firn.tiered.store.PutOptions;
import io.firn.tiered.store.StoreException;
import io.firn.tiered.store.WriteId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts a snapshot of topics, groups and offsets into the bucket when something changed, and deletes old ones. A broker on
 * an empty disk must not bury the snapshot that it should be restored from under one of its own emptiness: a mark on the
 * disk says that this disk's state is in the series, and without it nothing is written while the bucket has a snapshot,
 * until an operator has restored. Nor is retention anything to go by then: topics may be there without the attributes they
 * had. Owner: the archiver's thread; {@link #restored}, {@link #isSettled} and {@link #waitsForRestore} on any.
 */
public final class StateKeeper implements Chore {
    private static final Logger LOG = LoggerFactory.getLogger(StateKeeper.class);
    /** Kept in the bucket: the newest may be damaged on its way. */
    private static final int KEPT = 3;

    private final Setup setup;
    private byte[] last = {};
    private long epoch;
    private long number;
    private long nextNs;
    /** There may be more than are kept. */
    private boolean untrimmed;

    private volatile boolean waits;
    private volatile boolean settled;

    /**
     * What it works with.
     *
     * @param mark a file of this disk
     * @param period at least between two snapshots
     */
    public record Setup(
            StateSeries series,
            TopicView topics,
            GroupView groups,
            Path mark,
            Duration period,
            LongSupplier nanos,
            RandomGenerator random,
            CancelToken cancel) {}

    public StateKeeper(Setup setup) {
        this.setup = setup;
        this.nextNs = setup.nanos.getAsLong();
    }

    /** Whether the bucket has a snapshot that this broker was not restored from. */
    public boolean waitsForRestore() {
        return waits;
    }

    /** Whether it is known that this disk's topics and groups are the ones that the archive belongs to. */
    public boolean isSettled() {
        return settled;
    }

    /** What this broker knows is what snapshots say from now on. */
    public void restored() {
        try {
            Files.write(setup.mark, new byte[0]);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the mark that this disk was restored, " + setup.mark + ", can not be made", e);
        }
        waits = false;
        settled = true;
    }

    @Override
    public void run(ArchiveLog log, Extent extent) {
        if (setup.nanos.getAsLong() - nextNs < 0) {
            return;
        }
        nextNs = setup.nanos.getAsLong() + setup.period.toNanos();
        settled = isMarked();
        if (!settled) {
            return;
        }
        byte[] bytes = StateBytes.encode(BrokerState.of(setup.topics, setup.groups));
        if (!Arrays.equals(bytes, last)) {
            write(bytes, log);
            last = bytes;
            untrimmed = true;
        }
        if (untrimmed && extent == Extent.ALL) {
            trim();
            untrimmed = false;
        }
    }

    private boolean isMarked() {
        if (Files.exists(setup.mark)) {
            return true;
        }
        if (!setup.series.keys(setup.cancel).isEmpty()) {
            if (!waits) {
                LOG.warn("the bucket has a snapshot of topics and groups that this disk knows nothing of: run restore;"
                        + " until then no snapshot is written and nothing goes by retention");
            }
            waits = true;
            return false;
        }
        return marks();
    }

    private boolean marks() {
        try {
            restored();
            return true;
        } catch (UncheckedIOException e) {
            LOG.warn("{}: {}; no snapshot is written", e.getMessage(), String.valueOf(e.getCause()));
            return false;
        }
    }

    private void write(byte[] bytes, ArchiveLog log) {
        if (log.epoch() != epoch) {
            epoch = log.epoch();
            number = 0;
        }
        number++;
        ObjectStore store = setup.series.store();
        store.put(
                setup.series.keys().state(epoch, number),
                Payload.of(bytes),
                PutOptions.overwrite(WriteId.random(setup.random)),
                setup.cancel);
    }

    /** A snapshot too many does no harm. */
    private void trim() {
        try {
            List<String> all = setup.series.keys(setup.cancel);
            List<String> old = all.subList(0, Math.max(0, all.size() - KEPT));
            for (int from = 0; from < old.size(); from += Garbage.BATCH) {
                List<String> batch = old.subList(from, Math.min(old.size(), from + Garbage.BATCH));
                setup.series
                        .store()
                        .deleteAll(batch, setup.cancel)
                        .forEach(left -> LOG.info("an old snapshot stays a little longer: {}", left));
            }
        } catch (StoreException.Retryable e) {
            LOG.info("old snapshots stay a little longer: {}", e.getMessage());
        }
    }
}
