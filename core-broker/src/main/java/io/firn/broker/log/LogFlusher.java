package io.firn.broker.log;

import io.firn.broker.runtime.Agent;
import io.firn.broker.runtime.AgentThread;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.FaultHandler;
import io.firn.broker.runtime.Position;
import io.firn.broker.runtime.ReadablePosition;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.runtime.WorkBatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the log to disk on its own thread, {@code firn-log-flusher}, and owns the flushed position. One force covers
 * everything appended when it starts and answers all who wait for any of it; while it runs the next group gathers.
 * With {@code SYNC_FLUSH} it forces as long as anything is dirty. With {@code ASYNC_FLUSH} it forces when somebody
 * waits, when enough pages are dirty and the interval is over, or when a page has been dirty for too long. With a clean
 * log it is parked until the next append.
 */
public final class LogFlusher {

    private static final Logger LOG = LoggerFactory.getLogger(LogFlusher.class);
    private static final int PAGE_BYTES = 4096;
    private static final int NANOS_PER_MICRO = 1000;

    private final LogConfig config;
    private final Clock clock;
    private final FaultHandler faults;
    private final LogMetrics metrics;
    private final SegmentFiles files;
    private final Checkpoint checkpoint;
    private final LogSegments segments;
    private final ReadablePosition appended;
    private final Position flushed;
    private final Wakes wakes = new Wakes();
    private final FlushQueue waiting;
    private final Runnable wakeFlusher = this::wakeFlusher;

    private volatile @Nullable AgentThread thread;
    private volatile @Nullable AgentThread deadlines;
    /** True while the flusher wants to hear of the next append; written by both sides. */
    private volatile boolean clean;
    /** Store time of the newest record; written by the writer before it publishes the position. */
    private volatile long lastStoreTimestamp;

    private volatile @Nullable StorageException lastFailure;

    LogFlusher(LogConfig config, LogRuntime runtime, LogMetrics metrics, SegmentFiles files, LogState state) {
        this.config = config;
        this.clock = runtime.clock();
        this.faults = runtime.faults();
        this.metrics = metrics;
        this.files = files;
        this.checkpoint = state.checkpoint();
        this.segments = state.segments();
        this.appended = state.appended();
        this.flushed = new Position(appended.get());
        this.lastStoreTimestamp = checkpoint.fields().physicMsgTimestamp();
        this.waiting = new FlushQueue(clock, config.syncFlushTimeout().toNanos(), metrics);
    }

    void start() {
        deadlines = AgentThread.start(waiting, faults);
        thread = AgentThread.start(new Duty(), faults);
    }

    /**
     * Calls {@code waiter} once everything below {@code position} is on disk: at once, on this thread, when it is;
     * else later, on a log thread. Any thread.
     *
     * @param position not beyond the appended position
     */
    public void whenFlushed(long position, FlushWaiter waiter) {
        if (position <= flushed.get()) {
            waiter.flushed();
            return;
        }
        boolean wakeWatch = waiting.add(position, waiter);
        AgentThread watch = deadlines;
        if (thread == null || watch == null) {
            waiting.fail(new StorageException("commit log in " + config.directory() + " is closed"));
            return;
        }
        WorkBatch.ofThread().atEnd(wakeFlusher);
        if (wakeWatch) {
            watch.wake();
        }
    }

    private void wakeFlusher() {
        AgentThread flusher = thread;
        if (flusher != null) {
            flusher.wake();
        }
    }

    /** The position below which the log is on disk. */
    ReadablePosition flushed() {
        return flushed;
    }

    /** Who wants to know when {@link #flushed()} moved: from then on a started page waits for no more than the interval. */
    void onFlush(Runnable wake) {
        wakes.add(wake);
    }

    /** Under the append lock, before the position is published. */
    void lastAppended(long storeTimestampMs) {
        lastStoreTimestamp = storeTimestampMs;
    }

    /** After an append was published. Any thread; one volatile read while the flusher knows there is work. */
    void appendedMore() {
        if (clean) {
            clean = false;
            wakeFlusher();
        }
    }

    /** Forces what is left, answers all who wait and ends the threads. Throws when the last force failed. */
    void close() {
        AgentThread flusher = thread;
        AgentThread watch = deadlines;
        if (flusher != null && watch != null) {
            flusher.close();
            watch.close();
            thread = null;
            deadlines = null;
            waiting.fail(new StorageException("commit log in " + config.directory() + " was closed first"));
        }
        StorageException failure = lastFailure;
        if (failure != null) {
            throw failure;
        }
    }

    /** The flusher's state; owner: its thread. */
    private final class Duty implements Agent {

        private long lastForceNanos = clock.nanos();
        private long dirtySinceNanos = clock.nanos();
        private boolean wasClean = true;

        @Override
        public int doWork() {
            long target = appended.get();
            if (target > flushed.get()) {
                return dirty(target);
            }
            wasClean = true;
            clean = true;
            // an append published before the line above has not seen it
            if (appended.get() > target) {
                clean = false;
                return 1;
            }
            return waiting.reached(target);
        }

        private int dirty(long target) {
            clean = false;
            long now = clock.nanos();
            if (wasClean) {
                wasClean = false;
                dirtySinceNanos = now;
            }
            if (waitNanos(target, now) > 0) {
                return 0;
            }
            forceAll();
            return 1;
        }

        /** How long what is dirty may stay so; 0 when it is due. */
        private long waitNanos(long target, long now) {
            boolean failing = lastFailure != null;
            if (!waiting.isEmpty() || (config.flushMode() == LogConfig.FlushMode.SYNC_FLUSH && !failing)) {
                return 0;
            }
            long untilInterval = lastForceNanos + config.flushInterval().toNanos() - now;
            long dirtyPages = (target - flushed.get() + PAGE_BYTES - 1) / PAGE_BYTES;
            long untilThorough =
                    dirtySinceNanos + config.flushThoroughInterval().toNanos() - now;
            // who follows the flushed position should not wait for a page to be full
            boolean enough = dirtyPages >= config.flushLeastPages() || untilThorough <= 0 || !wakes.isEmpty();
            if (enough && untilInterval <= 0) {
                return 0;
            }
            return untilInterval > 0
                    ? untilInterval
                    : Math.min(untilThorough, config.flushInterval().toNanos());
        }

        private void forceAll() {
            // the time is read first: it belongs to a record below the position that is read after it
            long time = lastStoreTimestamp;
            long target = appended.get();
            long from = flushed.get();
            long start = clock.nanos();
            try {
                forceRange(from, target);
            } catch (StorageException e) {
                failed(e);
                return;
            } finally {
                lastForceNanos = clock.nanos();
                dirtySinceNanos = lastForceNanos;
                metrics.forceMicros.add((lastForceNanos - start) / NANOS_PER_MICRO);
            }
            if (lastFailure != null) {
                lastFailure = null;
                LOG.info("forcing the commit log works again, flushed up to {}", target);
            }
            metrics.forces.increment();
            flushed.publish(target);
            checkpoint.flushed(target, time);
            wakes.run();
            int answered = waiting.reached(target);
            assert answered >= 0;
        }

        private void forceRange(long from, long target) {
            boolean again = lastFailure != null;
            // what was dropped or never used needs no force
            long at = Math.max(from, segments.minPosition());
            while (at < target) {
                LogSegment segment = segments.find(at);
                if (segment == null) {
                    throw new StorageException("segment of position " + at + " went before it was forced");
                }
                long to = Math.min(target, segment.end());
                if (again) {
                    segment.file().redirty(at - segment.base(), to - at);
                }
                files.force(segment.file(), at - segment.base(), to - at);
                at = to;
            }
        }

        private void failed(StorageException e) {
            boolean first = lastFailure == null;
            lastFailure = e;
            metrics.forceFailures.increment();
            waiting.fail(e);
            if (first) {
                faults.onFault(roleName(), e);
            }
        }

        @Override
        public long idleNanos() {
            long target = appended.get();
            return target > flushed.get() ? Math.max(0, waitNanos(target, clock.nanos())) : Long.MAX_VALUE;
        }

        @Override
        public String roleName() {
            return "firn-log-flusher";
        }

        @Override
        public void onClose() {
            if (appended.get() > flushed.get()) {
                forceAll();
            }
            int answered = waiting.reached(flushed.get());
            assert answered >= 0;
        }
    }
}
