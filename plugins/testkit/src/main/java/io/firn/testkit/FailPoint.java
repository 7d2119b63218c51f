package io.firn.testkit;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A place in the broker that fails or is slow when a test wants it to. In force from the moment it is asked for, each
 * time unless {@link #times} says how often. Any thread.
 */
public final class FailPoint {

    /** Where. */
    public enum Place {
        /** A segment's file is made. */
        DISK_CREATE,
        /** A segment gets disk space ahead of the writer. */
        DISK_POPULATE,
        /** Messages are brought to disk. */
        DISK_FORCE
    }

    private final Place place;
    private final @Nullable Supplier<? extends IOException> failure;
    private Duration delay = Duration.ZERO;
    private long left = Long.MAX_VALUE;
    private long hits;

    FailPoint(Place place, @Nullable Supplier<? extends IOException> failure) {
        this.place = place;
        this.failure = failure;
    }

    /** Only the next {@code n} times. */
    public synchronized FailPoint times(long n) {
        left = n;
        return this;
    }

    /** It takes that long before it fails, or succeeds. */
    public synchronized FailPoint takes(Duration time) {
        delay = time;
        return this;
    }

    /** From now on all is well there. */
    public synchronized void clear() {
        left = 0;
    }

    /** How often it has failed, or been slow. */
    public synchronized long hits() {
        return hits;
    }

    boolean isAt(Place asked) {
        return place == asked;
    }

    void hit() throws IOException {
        Duration wait = take();
        if (wait == null) {
            return;
        }
        if (wait.isPositive()) {
            long until = System.nanoTime() + wait.toNanos();
            while (until - System.nanoTime() > 0) {
                LockSupport.parkNanos(until - System.nanoTime());
            }
        }
        if (failure != null) {
            throw failure.get();
        }
    }

    /** How long this time takes; null when all is well. */
    private synchronized @Nullable Duration take() {
        if (left == 0) {
            return null;
        }
        left--;
        hits++;
        return delay;
    }

    @Override
    public String toString() {
        return "fail point " + place;
    }
}
