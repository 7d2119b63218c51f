package io.firn.testkit.guide;

import io.firn.spi.BrokerPlugin;
import io.firn.spi.PluginContext;
import io.firn.spi.retention.Hold;
import java.time.Duration;
import java.time.Instant;

// example
/** Keeps messages for a week, whatever the broker is told. */
public final class CleanupExample implements BrokerPlugin {

    private static final Duration WEEK = Duration.ofDays(7);

    @Override
    public void start(PluginContext context) {
        context.register().segmentCleanup((segment, cause) -> {
            Instant until = Instant.ofEpochMilli(segment.lastStoreTimestampMs()).plus(WEEK);
            return context.clock().instant().isBefore(until) ? Hold.until(until, "kept for a week") : Hold.NONE;
        });
    }
}
// end
