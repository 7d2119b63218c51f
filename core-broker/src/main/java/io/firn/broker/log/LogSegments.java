package io.firn.broker.log;

import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The segments in order, without gaps, all of one length. Readers see an immutable array and take no lock; the writer
 * adds at the end, retention takes from the front.
 */
final class LogSegments {

    private final long segmentBytes;
    /** Guards changes of {@link #all}. */
    private final ReentrantLock changing = new ReentrantLock();

    private volatile LogSegment[] all;

    /** Starts with at least one segment. */
    LogSegments(long segmentBytes, LogSegment[] all) {
        this.segmentBytes = segmentBytes;
        this.all = all.clone();
    }

    /** The segment that holds this position; null when there is none. */
    @Nullable
    LogSegment find(long position) {
        LogSegment[] now = all;
        long fromFirst = position - now[0].base();
        if (fromFirst < 0) {
            return null;
        }
        long index = fromFirst / segmentBytes;
        return index < now.length ? now[(int) index] : null;
    }

    /** Position of the oldest byte. */
    long minPosition() {
        return all[0].base();
    }

    LogSegment last() {
        LogSegment[] now = all;
        return now[now.length - 1];
    }

    /** A copy, in order. */
    LogSegment[] toArray() {
        return all.clone();
    }

    void add(LogSegment next) {
        changing.lock();
        try {
            LogSegment[] now = all;
            assert now[now.length - 1].end() == next.base() : "a gap before " + next;
            LogSegment[] more = Arrays.copyOf(now, now.length + 1);
            more[now.length] = next;
            all = more;
        } finally {
            changing.unlock();
        }
    }

    /** Makes this the only segment. Wiring only: nobody reads yet. */
    void restart(LogSegment only) {
        changing.lock();
        try {
            all = new LogSegment[] {only};
        } finally {
            changing.unlock();
        }
    }

    /** Takes the oldest out when another follows and it may go; null when nothing was taken. */
    @Nullable
    LogSegment removeOldest(Predicate<LogSegment> mayGo) {
        changing.lock();
        try {
            LogSegment[] now = all;
            if (now.length < 2 || !mayGo.test(now[0])) {
                return null;
            }
            all = Arrays.copyOfRange(now, 1, now.length);
            return now[0];
        } finally {
            changing.unlock();
        }
    }
}
