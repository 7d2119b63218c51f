package io.firn.tiered.gate;

import java.time.Duration;
import java.time.Instant;

/**
 * How long the disk lasts while nothing is deleted: room over the rate at which the log grew of late. Owner: the task that
 * reports health.
 */
public final class DiskForecast {
    private static final double WEIGHT = 0.2;

    private Instant at = Instant.MIN;
    private long position;
    private double bytesPerSecond;

    /** What is known at a moment: how far the log has come. */
    public void sample(Instant now, long appended) {
        if (!at.equals(Instant.MIN)) {
            double seconds = Duration.between(at, now).toMillis() / 1000.0;
            if (seconds <= 0) {
                return;
            }
            double rate = (appended - position) / seconds;
            bytesPerSecond += WEIGHT * (rate - bytesPerSecond);
        }
        at = now;
        position = appended;
    }

    /** How long this much room lasts; 1000 days stand for longer. */
    public Duration lasts(long roomBytes) {
        Duration most = Duration.ofDays(1000);
        if (roomBytes <= 0) {
            return Duration.ZERO;
        }
        double seconds = bytesPerSecond <= 0 ? Double.MAX_VALUE : roomBytes / bytesPerSecond;
        return seconds >= most.toSeconds() ? most : Duration.ofSeconds((long) seconds);
    }
}
