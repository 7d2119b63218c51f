package io.firn.tiered.store;

import java.time.Duration;

/**
 * Bounds on requests.
 *
 * @param connectTimeout for one connection
 * @param attemptTimeout for one request without its body, and for every silence on the connection
 * @param slowestBytesPerSecond a body may take its length over this on top of {@code attemptTimeout}
 * @param maxConnections to the store, for readers and again for all other purposes
 */
public record StoreLimits(
        Duration connectTimeout,
        Duration attemptTimeout,
        long slowestBytesPerSecond,
        int maxConnections,
        RetryPolicy retries) {
    /** 5 s to connect, 10 s plus 1 s per 4 MiB for a request, 256 connections. */
    public static final StoreLimits DEFAULT =
            new StoreLimits(Duration.ofSeconds(5), Duration.ofSeconds(10), 4L << 20, 256, RetryPolicy.DEFAULT);

    public StoreLimits {
        if (!connectTimeout.isPositive() || !attemptTimeout.isPositive()) {
            throw new IllegalArgumentException("time-outs " + connectTimeout + " and " + attemptTimeout);
        }
        if (slowestBytesPerSecond < 1 || maxConnections < 1) {
            throw new IllegalArgumentException(
                    "at least " + slowestBytesPerSecond + " bytes/s over " + maxConnections + " connections");
        }
    }

    /** Time one request with this many body bytes may take. */
    Duration forBody(long bytes) {
        return attemptTimeout.plusMillis((long) (bytes * 1000.0 / slowestBytesPerSecond));
    }
}
