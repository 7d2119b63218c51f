package io.firn.tiered.store;

import java.time.Duration;

/**
 * How long a passing error is fought.
 *
 * @param attempts at most this many tries of one call, the first included
 * @param firstDelay upper bound of the first wait; it doubles per try and the wait is drawn evenly below it
 * @param maxDelay where doubling ends
 * @param callTimeout no try begins after this much time in one call
 */
public record RetryPolicy(int attempts, Duration firstDelay, Duration maxDelay, Duration callTimeout) {
    /** Eight tries, waits of up to 100 ms doubling to 20 s, one minute in all. */
    public static final RetryPolicy DEFAULT =
            new RetryPolicy(8, Duration.ofMillis(100), Duration.ofSeconds(20), Duration.ofMinutes(1));

    public RetryPolicy {
        if (attempts < 1
                || firstDelay.isNegative()
                || maxDelay.compareTo(firstDelay) < 0
                || !callTimeout.isPositive()) {
            throw new IllegalArgumentException("retry policy of " + attempts + " attempts, delay " + firstDelay + " to "
                    + maxDelay + ", time-out " + callTimeout);
        }
    }

    /** Upper bound of the wait after the {@code failed}-th try. */
    Duration ceiling(int failed) {
        double nanos = firstDelay.toNanos() * Math.pow(2, Math.min(failed - 1, 40));
        return nanos >= maxDelay.toNanos() ? maxDelay : Duration.ofNanos((long) nanos);
    }
}
