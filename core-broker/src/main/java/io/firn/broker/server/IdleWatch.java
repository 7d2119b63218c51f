package io.firn.broker.server;

/**
 * How long one connection has been without traffic: a byte read, an answer written, or any change of what waits to be
 * written. Traffic only sets a flag; the sweep of the io thread, which owns all of this, reads the clock.
 */
final class IdleWatch {

    private int place;
    private boolean active;
    private long queuedBytes;
    private long idleSinceNanos;

    /** Where the sweep's list has this connection. */
    int place() {
        return place;
    }

    void placedAt(int index) {
        place = index;
    }

    void start(long nowNanos) {
        idleSinceNanos = nowNanos;
    }

    void traffic() {
        active = true;
    }

    /** Time without traffic as far as sweeps have seen it; zero when there was some since the last one. */
    long idleNanos(long nowNanos, long queuedNow) {
        if (active || queuedNow != queuedBytes) {
            active = false;
            queuedBytes = queuedNow;
            idleSinceNanos = nowNanos;
        }
        return nowNanos - idleSinceNanos;
    }
}
