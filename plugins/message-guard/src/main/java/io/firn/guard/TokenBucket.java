package io.firn.guard;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Lets so many messages pass per time, and a burst of them after a pause. Kept as one number, the time at which the bucket
 * is full again: a message moves it on by the interval. Any thread; no lock, allocates nothing.
 */
final class TokenBucket {

    private final long intervalNs;
    private final long burstNs;
    private final AtomicLong fullAtNs;

    /** A full one at {@code nowNs}, which is not negative and only grows. */
    TokenBucket(Rule.Rate rate, long nowNs) {
        this.intervalNs = rate.intervalNs();
        // a burst of 999999999 messages at 1/h is more than a long has nanoseconds
        this.burstNs = rate.burst() > Long.MAX_VALUE / 4 / intervalNs ? Long.MAX_VALUE / 4 : rate.burst() * intervalNs;
        this.fullAtNs = new AtomicLong(nowNs);
    }

    /** Takes a message's token; false when there is none. */
    boolean take(long nowNs) {
        while (true) {
            long seen = fullAtNs.get();
            long next = Math.max(seen, nowNs) + intervalNs;
            if (next - nowNs > burstNs) {
                return false;
            }
            if (fullAtNs.compareAndSet(seen, next)) {
                return true;
            }
        }
    }
}
