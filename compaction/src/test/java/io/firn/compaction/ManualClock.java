package io.firn.compaction;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** A clock that stands still until a test moves it. */
public final class ManualClock implements InstantSource {

    private long now = 1_000_000;

    @Override
    public Instant instant() {
        return Instant.ofEpochMilli(now);
    }

    @Override
    public long millis() {
        return now;
    }

    public void advance(Duration duration) {
        now += duration.toMillis();
    }

    public void set(long millis) {
        now = millis;
    }
}
