package io.firn.broker.plugin.dispatch;

import io.firn.spi.dispatch.Progress;

/**
 * What one dispatcher was given, and what of it is durable. {@link #durableUpTo} is for any thread of the plugin; the rest
 * belongs to the dispatcher's agent. Guarded by itself.
 */
final class DurableProgress implements Progress {

    private final Runnable wake;
    private long given;
    private volatile long durable;
    private boolean over;

    /**
     * Begins where all before is durable.
     *
     * @param wake called after each step forward; must not block
     */
    DurableProgress(long begin, Runnable wake) {
        this.given = begin;
        this.durable = begin;
        this.wake = wake;
    }

    @Override
    public void durableUpTo(long position) {
        synchronized (this) {
            if (position > given) {
                throw new IllegalArgumentException(
                        "durable up to " + position + " is more than was given, which ends at " + given);
            }
            if (over || position <= durable) {
                return;
            }
            durable = position;
        }
        wake.run();
    }

    @Override
    public long durable() {
        return durable;
    }

    synchronized void give(long to) {
        given = Math.max(given, to);
    }

    synchronized long given() {
        return given;
    }

    /** Bytes that are given and not durable. */
    synchronized long inFlight() {
        return given - durable;
    }

    /** Without asking the plugin: forward when bytes are gone or skipped, back when the log was cut. */
    synchronized void moveTo(long position) {
        given = position;
        durable = position;
    }

    /** The plugin stops: what it says from now on changes nothing. */
    synchronized void end() {
        over = true;
    }
}
