package io.firn.broker.log;

import java.util.concurrent.locks.ReentrantLock;

/** The lock around an append. */
final class AppendLock {

    private final ReentrantLock lock = new ReentrantLock();

    void lock() {
        lock.lock();
    }

    void unlock() {
        lock.unlock();
    }
}
