package io.firn.bench;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * What one connection has seen. The connection's reading thread owns the plain fields and the histogram and publishes
 * the counts once per batch; others read the published counts while it runs, and the histogram after it ended.
 */
final class Tally {
    private static final int SYSTEM_BUSY = 2;

    private final Histogram latency = new Histogram(TimeUnit.MINUTES.toNanos(5), 3);
    private long messages;
    private long bytes;
    private long busy;
    private long refused;
    private int lastRefusal;

    private volatile Counts published = new Counts(0, 0, 0, 0, 0);

    /**
     * Counts at one moment.
     *
     * @param messages messages acknowledged or delivered
     * @param bytes bytes of response bodies
     * @param busy answers SYSTEM_BUSY
     * @param refused answers with any other code than success
     * @param lastRefusal the code of the last of those
     */
    record Counts(long messages, long bytes, long busy, long refused, int lastRefusal) {
        Counts plus(Counts other) {
            return new Counts(
                    messages + other.messages,
                    bytes + other.bytes,
                    busy + other.busy,
                    refused + other.refused,
                    refused > 0 ? lastRefusal : other.lastRefusal);
        }

        /** What came since {@code earlier}. */
        Counts minus(Counts earlier) {
            return new Counts(
                    messages - earlier.messages,
                    bytes - earlier.bytes,
                    busy - earlier.busy,
                    refused - earlier.refused,
                    lastRefusal);
        }
    }

    void delivered(int count, int bodyBytes) {
        messages += count;
        bytes += bodyBytes;
    }

    void refused(int code) {
        if (code == SYSTEM_BUSY) {
            busy++;
        } else {
            refused++;
            lastRefusal = code;
        }
    }

    void took(long nanos) {
        latency.recordValue(Math.min(Math.max(nanos, 0), latency.getHighestTrackableValue()));
    }

    void publish() {
        published = new Counts(messages, bytes, busy, refused, lastRefusal);
    }

    Counts counts() {
        return published;
    }

    /** To be read only after the load has ended. */
    Histogram latency() {
        return latency;
    }
}
