package io.firn.broker.log;

import io.firn.broker.runtime.BusyException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The lock around an append, held for about a tenth of a microsecond. Parking costs fifty times that, so a thread first
 * looks a bounded number of times whether the holder is done; when the holder lost its core it parks all the same. When
 * the holder is stuck, with pages the disk does not take or give, nobody waits long: who waited in vain says so, and
 * until the holder is done all others are refused at once. That costs an append a read, and no look at a clock.
 */
final class AppendLock {

    private static final int LOOKS = 64;

    private final ReentrantLock lock = new ReentrantLock();
    private final LogMetrics metrics;
    private final long patienceNanos;

    /** Set by who waited in vain, cleared by who held the lock. */
    private volatile boolean stuck;

    AppendLock(Duration patience, LogMetrics metrics) {
        this.patienceNanos = patience.toNanos();
        this.metrics = metrics;
    }

    /** Takes the lock; throws {@link BusyException} when it can not be had in time. */
    void lock() {
        for (int i = 0; i < LOOKS; i++) {
            if (!lock.isLocked() && lock.tryLock()) {
                return;
            }
            Thread.onSpinWait();
        }
        if (stuck || !await()) {
            stuck = lock.isLocked();
            metrics.stuck.increment();
            throw new BusyException(
                    BusyException.Why.STORE_STUCK,
                    "an append waits for the disk for more than " + TimeUnit.NANOSECONDS.toMillis(patienceNanos)
                            + " ms");
        }
    }

    /** An interrupt is kept for whoever looks at it, and the waiting begins again. */
    private boolean await() {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return lock.tryLock(patienceNanos, TimeUnit.NANOSECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Takes the lock however long that takes: for what is no append. */
    void lockAnyhow() {
        lock.lock();
    }

    void unlock() {
        if (stuck) {
            stuck = false;
        }
        lock.unlock();
    }
}
