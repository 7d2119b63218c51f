package io.firn.broker.delay;

import io.firn.broker.runtime.Metrics;
import java.util.function.DoubleSupplier;

/** What the delay room counts. */
final class DelayMetrics {

    final Metrics.Count delivered;
    final Metrics.Count dropped;
    final Metrics.Count failures;

    DelayMetrics(Metrics metrics, DoubleSupplier waiting) {
        this.delivered =
                metrics.counter("firn_delay_delivered_total", "Delayed messages stored in their own queues when due.");
        this.dropped = metrics.counter(
                "firn_delay_dropped_total",
                "Delayed messages that were refused when due, or say no queue of their own.");
        this.failures = metrics.counter(
                "firn_delay_failures_total", "Deliveries of delayed messages that failed and are tried again.");
        metrics.gauge("firn_delay_waiting_messages", "Delayed messages that wait for their time.", waiting);
    }
}
