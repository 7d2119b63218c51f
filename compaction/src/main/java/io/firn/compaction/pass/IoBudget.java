package io.firn.compaction.pass;

import java.io.InterruptedIOException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * How much all passes together read and write per second. A pass that is ahead of the rate waits; when a deadline is at risk the
 * rate is raised step by step, never beyond {@link #MOST_STEPS} doublings. Closing it ends every pass at its next chunk. Any
 * thread.
 */
public final class IoBudget implements AutoCloseable {

    /** The rate is at most 2 to the power of this times the configured one. */
    public static final int MOST_STEPS = 2;

    private static final long NAP_NS = 100_000_000L;

    private final long bytesPerSecond;
    private final LongSupplier nanoTime;
    private final TokenBucket bucket;
    private volatile boolean closed;

    /** A rate in bytes per second; {@code nanoTime} gives the time since any fixed point, in ns. */
    public IoBudget(long bytesPerSecond, LongSupplier nanoTime) {
        this.bytesPerSecond = bytesPerSecond;
        this.nanoTime = nanoTime;
        this.bucket = new TokenBucket(bytesPerSecond, nanoTime.getAsLong());
    }

    /** Accounts for bytes read or written, and waits until the rate allows more. */
    void take(long bytes) throws InterruptedIOException {
        long waitNs;
        long startNs;
        synchronized (bucket) {
            startNs = nanoTime.getAsLong();
            waitNs = bucket.take(bytes, startNs);
        }
        // short naps, so that a close is noticed
        while (waitNs > 0 && !closed && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(this, Math.min(waitNs, NAP_NS));
            long nowNs = nanoTime.getAsLong();
            waitNs -= nowNs - startNs;
            startNs = nowNs;
        }
        if (closed || Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("compaction is stopping");
        }
    }

    /** Sets the rate to the configured one, doubled {@code steps} times; 0 is normal. */
    public void raise(int steps) {
        synchronized (bucket) {
            bucket.rate(bytesPerSecond << Math.clamp(steps, 0, MOST_STEPS), nanoTime.getAsLong());
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
