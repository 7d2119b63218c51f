package io.firn.spi.fake;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that moves only when told, wall and monotonic together. Any thread. */
public final class ManualClock extends Clock {

    /** Where it begins: 2026-01-01T00:00:00Z. */
    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final AtomicLong passedNs = new AtomicLong();

    /** Moves on. */
    public void advance(Duration time) {
        passedNs.addAndGet(time.toNanos());
    }

    /** Monotonic nanoseconds, as {@link System#nanoTime()}. */
    public long nanos() {
        return passedNs.get();
    }

    @Override
    public Instant instant() {
        return START.plusNanos(passedNs.get());
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        return this;
    }
}
