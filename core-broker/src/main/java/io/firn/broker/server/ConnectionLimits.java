package io.firn.broker.server;

import io.firn.broker.runtime.ByteSize;
import io.firn.broker.runtime.ConfigException;
import io.firn.broker.runtime.ConfigView;
import io.netty.channel.WriteBufferWaterMark;
import java.time.Duration;

/**
 * What one connection may keep waiting.
 *
 * @param idle closed after this long without a byte in either direction; zero: never
 * @param lowWaterBytes reading starts again when no more output than this waits
 * @param highWaterBytes reading stops when more output than this waits
 * @param maxQueuedBytes closed when more output than this waits
 * @param gatherBytes bodies whose slices are this long on average are not copied
 * @param maxUnanswered while this many requests wait for their answers, more are refused as SYSTEM_BUSY
 */
public record ConnectionLimits(
        Duration idle, int lowWaterBytes, int highWaterBytes, long maxQueuedBytes, int gatherBytes, int maxUnanswered) {

    private static final int MIB = 1 << 20;

    public ConnectionLimits {
        if (lowWaterBytes > highWaterBytes || highWaterBytes > maxQueuedBytes) {
            throw new ConfigException("configuration writeBufferLowWaterMark=" + lowWaterBytes
                    + ", writeBufferHighWaterMark=" + highWaterBytes + ", firn.server.maxQueuedBytes=" + maxQueuedBytes
                    + ": expected each to be at most the next");
        }
    }

    /** What a server uses unless configured. */
    public static ConnectionLimits defaults() {
        return new ConnectionLimits(Duration.ofMinutes(2), MIB / 4, MIB, 64L * MIB, 2048, 10_000);
    }

    public static ConnectionLimits from(ConfigView view) {
        ConnectionLimits d = defaults();
        return new ConnectionLimits(
                Duration.ofSeconds(view.integer(
                        "serverChannelMaxIdleTimeSeconds",
                        (int) d.idle.toSeconds(),
                        0,
                        86_400,
                        "Seconds without traffic after which a connection is closed; 0: never.")),
                waterMark(view, "writeBufferLowWaterMark", d.lowWaterBytes, "below which a connection is read again"),
                waterMark(view, "writeBufferHighWaterMark", d.highWaterBytes, "above which a connection is not read"),
                view.bytes(
                                "firn.server.maxQueuedBytes",
                                new ByteSize(d.maxQueuedBytes),
                                new ByteSize(MIB),
                                new ByteSize(1L << 40),
                                "Waiting output above which a connection is closed.")
                        .toBytes(),
                view.integer(
                        "firn.server.gatherBytes",
                        d.gatherBytes,
                        0,
                        16 * MIB,
                        "Average slice size from which a body is sent from where it lies instead of being copied."),
                view.integer(
                        "firn.server.maxUnanswered",
                        d.maxUnanswered,
                        1,
                        10_000_000,
                        "Requests of one connection that may wait for their answers, parked pulls included."));
    }

    /** The same, but silence is no reason to close. */
    ConnectionLimits neverIdle() {
        return new ConnectionLimits(
                Duration.ZERO, lowWaterBytes, highWaterBytes, maxQueuedBytes, gatherBytes, maxUnanswered);
    }

    WriteBufferWaterMark waterMark() {
        return new WriteBufferWaterMark(lowWaterBytes, highWaterBytes);
    }

    private static int waterMark(ConfigView view, String key, int defaultBytes, String meaning) {
        int bytes = view.integer(
                key, 0, 0, 1024 * MIB, "Bytes of waiting output " + meaning + "; 0: " + defaultBytes + ".");
        return bytes == 0 ? defaultBytes : bytes;
    }
}
