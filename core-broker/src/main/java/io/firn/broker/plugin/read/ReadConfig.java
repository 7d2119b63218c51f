package io.firn.broker.plugin.read;

import io.firn.broker.runtime.ByteSize;
import io.firn.broker.runtime.ConfigView;
import java.time.Duration;

/**
 * What the broker puts up with when plugins read for it.
 *
 * @param timeout a read that takes longer is answered without its result
 * @param retryHold how long a reader whose read failed is held before it is told to ask again
 * @param abandonAfter bytes of a read that never comes back are counted as free after this
 * @param bytes most bytes of old messages under way at once
 */
public record ReadConfig(Duration timeout, Duration retryHold, Duration abandonAfter, ByteSize bytes) {

    private static final Duration ABANDON_AFTER = Duration.ofSeconds(30);

    /** Reads the keys of this package. */
    public static ReadConfig from(ConfigView view) {
        return new ReadConfig(
                view.millis(
                        "firn.plugins.readTimeout",
                        3_000,
                        10,
                        25_000,
                        "Time for a plugin to read old messages, or to tell about offsets."),
                view.millis(
                        "firn.plugins.readRetryHold",
                        1_000,
                        0,
                        25_000,
                        "How long a pull is held when a plugin fails to read for it; the client then asks again."),
                ABANDON_AFTER,
                view.bytes(
                        "firn.plugins.coldBytes",
                        ByteSize.ofMebibytes(256),
                        ByteSize.ofMebibytes(1),
                        new ByteSize(1L << 40),
                        "Most bytes of old messages that plugins read at once; more pulls wait, fairly by group."));
    }
}
