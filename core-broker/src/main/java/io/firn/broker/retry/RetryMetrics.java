package io.firn.broker.retry;

import io.firn.broker.runtime.Metrics;

/** What the retry room counts. */
final class RetryMetrics {

    final Metrics.Count retried;
    final Metrics.Count deadLetters;
    final Metrics.Count dropped;

    RetryMetrics(Metrics metrics) {
        this.retried = metrics.counter("firn_retry_messages_total", "Messages given back to be delivered again.");
        this.deadLetters = metrics.counter(
                "firn_retry_dead_letters_total", "Messages that failed too often and became dead letters.");
        this.dropped =
                metrics.counter("firn_retry_dropped_total", "Messages given back by groups that have no retry queues.");
    }
}
