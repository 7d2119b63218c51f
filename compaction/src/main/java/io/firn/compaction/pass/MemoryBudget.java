package io.firn.compaction.pass;

import java.io.InterruptedIOException;
import java.util.concurrent.Semaphore;

/**
 * The memory of all passes of the broker together. A pass takes what it needs once, at its start, so that no two wait for each
 * other. Any thread.
 */
public final class MemoryBudget {

    /** What a pass cannot do without. */
    public static final long LEAST_BYTES = 64 << 10;

    private static final int UNIT = 1024;

    private final Semaphore units;
    private final long share;

    /** A budget of so many bytes for so many passes at a time. */
    public MemoryBudget(long bytes, int passes) {
        if (bytes / passes < LEAST_BYTES) {
            throw new IllegalArgumentException("compaction.memory of " + bytes + " bytes is too little for " + passes
                    + " passes: each needs " + LEAST_BYTES);
        }
        this.share = bytes / passes;
        this.units = new Semaphore(Math.toIntExact(share / UNIT * passes), true);
    }

    /** The most one pass gets. */
    public long share() {
        return share;
    }

    /** Takes this much, at most a share; waits until others gave enough back. */
    Grant take(long bytes) throws InterruptedIOException {
        int wanted = (int) (Math.clamp(bytes, LEAST_BYTES, share) / UNIT);
        try {
            units.acquire(wanted);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for memory of compaction");
        }
        return new Grant(units, wanted);
    }

    /** Bytes nobody has taken. */
    public long freeBytes() {
        return (long) units.availablePermits() * UNIT;
    }

    /** Memory taken; closing gives it back. */
    record Grant(Semaphore units, int taken) implements AutoCloseable {

        long bytes() {
            return (long) taken * UNIT;
        }

        @Override
        public void close() {
            units.release(taken);
        }
    }
}
