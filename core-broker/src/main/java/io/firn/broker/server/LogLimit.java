package io.firn.broker.server;

import io.firn.broker.runtime.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Lets one line through per interval and counts the others: a hostile peer shall not fill the disk. Any thread. */
final class LogLimit {

    /** What {@link #admit} says of a line that must not be written. */
    static final long SUPPRESSED = -1;

    private final Clock clock;
    private final long intervalNanos;
    private final AtomicLong nextNanos;
    private final AtomicLong suppressed = new AtomicLong();

    LogLimit(Clock clock, Duration interval) {
        this.clock = clock;
        this.intervalNanos = interval.toNanos();
        this.nextNanos = new AtomicLong(clock.nanos());
    }

    /** {@link #SUPPRESSED}, or how many lines were suppressed since the last one that was not. */
    long admit() {
        long now = clock.nanos();
        long next = nextNanos.get();
        if (now - next >= 0 && nextNanos.compareAndSet(next, now + intervalNanos)) {
            return suppressed.getAndSet(0);
        }
        suppressed.incrementAndGet();
        return SUPPRESSED;
    }
}
