package io.firn.broker.timer;

import io.firn.broker.runtime.Metrics;
import java.util.function.DoubleSupplier;

/** What the timer room counts. */
final class TimerMetrics {

    final Metrics.Count noted;
    final Metrics.Count delivered;
    final Metrics.Count recalled;
    final Metrics.Count rolled;
    final Metrics.Count dropped;
    final Metrics.Count failures;

    TimerMetrics(Metrics metrics, DoubleSupplier waiting) {
        this.noted = metrics.counter("firn_timer_noted_total", "Timed messages and recalls noted in the timer wheel.");
        this.delivered =
                metrics.counter("firn_timer_delivered_total", "Timed messages stored in their own queues when due.");
        this.recalled = metrics.counter("firn_timer_recalled_total", "Timed messages that were recalled.");
        this.rolled = metrics.counter(
                "firn_timer_rolled_total", "Timed messages stored again because they wait for longer than a window.");
        this.dropped = metrics.counter(
                "firn_timer_dropped_total",
                "Timed messages that were refused when due, are gone from the log, or say no time or queue.");
        this.failures = metrics.counter(
                "firn_timer_failures_total", "Deliveries of timed messages that failed and are tried again.");
        metrics.gauge("firn_timer_waiting_messages", "Timed messages in the timer wheel.", waiting);
    }
}
