package io.firn.broker.log;

import java.util.concurrent.locks.ReentrantLock;

/**
 * The lock around an append, held for about a tenth of a microsecond. Parking costs fifty times that, so a thread first
 * looks a bounded number of times whether the holder is done; when the holder lost its core it parks all the same.
 */
final class AppendLock {

    private static final int LOOKS = 64;

    private final ReentrantLock lock = new ReentrantLock();

    void lock() {
        for (int i = 0; i < LOOKS; i++) {
            if (!lock.isLocked() && lock.tryLock()) {
                return;
            }
            Thread.onSpinWait();
        }
        lock.lock();
    }

    void unlock() {
        lock.unlock();
    }
}
