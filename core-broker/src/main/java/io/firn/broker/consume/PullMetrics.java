package io.firn.broker.consume;

import io.firn.broker.runtime.Metrics;

/** What pulls count. */
final class PullMetrics {

    final Metrics.Count messages;
    final Metrics.Count bytes;
    final Metrics.Count found;
    final Metrics.Count missed;
    final Metrics.Count parked;
    final Metrics.Count old;
    final Metrics.Count elsewhere;

    PullMetrics(Metrics metrics) {
        this.messages = metrics.counter("firn_consume_messages_total", "Messages given to consumers.");
        this.bytes = metrics.counter("firn_consume_bytes_total", "Bytes of records given to consumers.");
        this.found = metrics.counter("firn_consume_pulls_found_total", "Pulls answered with messages.");
        this.missed = metrics.counter("firn_consume_pulls_missed_total", "Pulls answered without.");
        this.parked = metrics.counter("firn_consume_parked_total", "Pulls held at the end of their queue.");
        this.old = metrics.counter("firn_consume_old_reads_total", "Pulls of old data, served by reader threads.");
        this.elsewhere = metrics.counter("firn_consume_elsewhere_total", "Pulls that plugins had to answer.");
    }
}
