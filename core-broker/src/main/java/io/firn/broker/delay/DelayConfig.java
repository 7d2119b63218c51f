package io.firn.broker.delay;

import io.firn.broker.queue.DelayLevels;
import io.firn.broker.runtime.ConfigView;
import java.time.Duration;

/**
 * How messages are delayed.
 *
 * @param levels what each level means; the queues read the same setting
 * @param progressInterval least time between two writes of what was delivered
 */
public record DelayConfig(DelayLevels levels, Duration progressInterval) {

    private static final long HOUR_MS = 3_600_000;

    /** Reads the keys of this room. */
    public static DelayConfig from(ConfigView view, DelayLevels levels) {
        return new DelayConfig(
                levels,
                view.millis(
                        "flushDelayOffsetInterval",
                        10_000,
                        100,
                        HOUR_MS,
                        "Least time between two writes of how far delayed messages were delivered; after a crash what"
                                + " was delivered since is delivered again."));
    }
}
