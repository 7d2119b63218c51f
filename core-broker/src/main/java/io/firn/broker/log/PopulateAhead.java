package io.firn.broker.log;

import io.firn.broker.runtime.BusyException;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.ReadablePosition;
import io.firn.broker.runtime.TaskAgent;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps pages ready ahead of the writer, and the next segment. The writer requests it when little is left; it runs on
 * the housekeeper, so that page faults and file creation are no part of an append.
 */
final class PopulateAhead {

    /** After a failure (the disk is full) the writer's own attempts are enough for a while. */
    private static final long PAUSE_NANOS = 1_000_000_000L;

    private final TaskAgent housekeeper;
    private final Clock clock;
    private final LogSegments segments;
    private final SpareSegment spare;
    private final ReadablePosition appended;
    private final long aheadBytes;
    private final AtomicBoolean requested = new AtomicBoolean();
    /** Held while populating, so that close can wait for it. */
    private final ReentrantLock working = new ReentrantLock();

    private volatile boolean closed;
    private volatile long pausedUntilNanos;

    PopulateAhead(
            LogRuntime runtime, LogSegments segments, SpareSegment spare, ReadablePosition appended, long aheadBytes) {
        this.housekeeper = runtime.housekeeper();
        this.clock = runtime.clock();
        this.segments = segments;
        this.spare = spare;
        this.appended = appended;
        this.aheadBytes = aheadBytes;
        this.pausedUntilNanos = clock.nanos();
    }

    /** Whether a writer with this many ready bytes left should {@link #request}. */
    boolean isLow(long readyBytes) {
        return readyBytes < aheadBytes / 2;
    }

    /** Asks for more; at most one request is under way. Any thread; never waits, never fails. */
    void request() {
        if (closed || clock.nanos() - pausedUntilNanos < 0 || !requested.compareAndSet(false, true)) {
            return;
        }
        try {
            housekeeper.execute(this::run);
        } catch (BusyException e) {
            // the next append asks again; until then the writer populates what it needs
            requested.set(false);
        }
    }

    private void run() {
        requested.set(false);
        pausedUntilNanos = clock.nanos() + PAUSE_NANOS;
        working.lock();
        try {
            if (!closed) {
                populate();
                pausedUntilNanos = clock.nanos();
            }
        } finally {
            working.unlock();
        }
    }

    private void populate() {
        long target = appended.get() + aheadBytes;
        segments.last().populate(target);
        LogSegment next = spare.prepare();
        next.populate(Math.max(target, next.base() + 1));
    }

    /** Runs a change of the segments while none of them is being worked on. */
    void whileIdle(Runnable change) {
        working.lock();
        try {
            change.run();
        } finally {
            working.unlock();
        }
    }

    /** Waits for work under way; later requests do nothing. */
    void close() {
        working.lock();
        try {
            closed = true;
        } finally {
            working.unlock();
        }
    }
}
