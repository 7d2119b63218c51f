package io.firn.mirror;

import io.firn.spi.HealthReporter;
import io.firn.spi.PluginContext;
import io.firn.spi.metrics.Counter;
import io.firn.spi.metrics.Label;
import io.firn.spi.metrics.MetricRegistry;
import java.time.Clock;
import java.time.Instant;
import org.slf4j.Logger;

/** Metrics, health and log lines. Owner: the dispatcher's thread; metrics are read by any. */
final class MirrorReport {

    private static final String PART = "target";
    private static final long NOTHING = -1;
    private static final double MS_PER_S = 1e3;

    private final String target;
    private final Clock clock;
    private final HealthReporter health;
    private final Logger logger;
    private final Counter messages;
    private final Counter loops;
    private final Counter unsendable;
    private final Counter failures;
    /** When the first message of the batch under way was stored. Written by the owner. */
    private volatile long pendingSinceMs = NOTHING;

    private boolean failing;

    MirrorReport(PluginContext context, String target) {
        this.target = target;
        this.clock = context.clock();
        this.health = context.health();
        this.logger = context.logger();
        MetricRegistry metrics = context.metrics();
        this.messages = metrics.counter("messages", "Messages that the target has acknowledged.");
        this.loops = metrics.counter("skipped", "Messages that were not sent.", new Label("reason", "loop"));
        this.unsendable = metrics.counter("skipped", "Messages that were not sent.", new Label("reason", "no-body"));
        this.failures =
                metrics.counter("failures", "Batches that the target has not acknowledged, and that come again.");
        metrics.gauge("lag_seconds", "Age of the oldest message that is being sent, 0 when there is none.", this::lag);
    }

    private double lag() {
        long since = pendingSinceMs;
        return since == NOTHING ? 0 : Math.max(0, clock.millis() - since) / MS_PER_S;
    }

    /** A batch is under way whose first message was stored then. */
    void begun(long storedMs) {
        pendingSinceMs = storedMs;
    }

    /** The message has been where it would go. */
    void skippedLoop() {
        loops.increment();
    }

    /** Messages of one queue were acknowledged, and some could not be sent at all. */
    void sent(int count, int empty) {
        messages.add(count);
        if (empty > 0) {
            unsendable.add(empty);
            logger.warn("{} messages without body were not mirrored: no client can send them", empty);
        }
    }

    /** All of the batch is acknowledged. */
    void done() {
        pendingSinceMs = NOTHING;
        if (failing) {
            failing = false;
            health.up(PART);
            logger.info("target {} takes messages again", target);
        }
    }

    /** The batch comes again. */
    void failed(Exception cause) {
        failures.increment();
        if (!failing) {
            failing = true;
            Instant since = clock.instant();
            health.degraded(PART, "target " + target + " takes no messages since " + since + ": " + cause);
        }
    }
}
