package ${package};

import io.firn.spi.BrokerPlugin;
import io.firn.spi.PluginContext;
import io.firn.spi.retention.Hold;
import io.firn.spi.retention.SegmentCleanupHook;
import io.firn.spi.read.SegmentRef;
import io.firn.spi.retention.DeleteCause;
import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

/** Keeps the log longer than the broker would. */
public final class ${className} implements BrokerPlugin {

    @Override
    public void start(PluginContext context) {
        AtomicReference<${className}Settings> settings =
                new AtomicReference<>(context.config(${className}Settings.class));
        context.onConfigChange(${className}Settings.class, (before, after) -> settings.set(after));
        context.register().segmentCleanup(new Keep(settings, context.clock()));
    }

    /** Asked before a segment is deleted; it has 100 ms, and no answer counts as a hold. */
    private record Keep(AtomicReference<${className}Settings> settings, Clock clock) implements SegmentCleanupHook {

        @Override
        public Hold beforeDelete(SegmentRef segment, DeleteCause cause) {
            Instant newest = Instant.ofEpochMilli(segment.lastStoreTimestampMs());
            Instant until = newest.plus(settings.get().keep());
            return clock.instant().isBefore(until)
                    ? Hold.until(until, "messages are kept for " + settings.get().keep())
                    : Hold.NONE;
        }
    }
}
