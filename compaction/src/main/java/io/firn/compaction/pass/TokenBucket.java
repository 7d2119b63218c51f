package io.firn.compaction.pass;

/** The arithmetic of a rate: tokens are bytes and come in evenly; at most one second's worth is saved up. Not thread-safe. */
final class TokenBucket {

    private static final long SECOND_NS = 1_000_000_000L;

    private double perNs;
    private double tokens;
    private long lastNs;

    TokenBucket(long bytesPerSecond, long nowNs) {
        this.perNs = (double) bytesPerSecond / SECOND_NS;
        this.tokens = bytesPerSecond;
        this.lastNs = nowNs;
    }

    /** Takes tokens, on credit if need be; answers for how long the taker has to wait, in ns. */
    long take(long bytes, long nowNs) {
        tokens = Math.min(perNs * SECOND_NS, tokens + (nowNs - lastNs) * perNs);
        lastNs = nowNs;
        tokens -= bytes;
        return tokens >= 0 ? 0 : (long) Math.ceil(-tokens / perNs);
    }

    /** Another rate from now on. */
    void rate(long bytesPerSecond, long nowNs) {
        take(0, nowNs);
        perNs = (double) bytesPerSecond / SECOND_NS;
    }
}
