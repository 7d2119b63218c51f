package io.firn.broker.produce;

import io.firn.broker.runtime.Metrics;

/** What the produce room counts. */
final class SendMetrics {

    final Metrics.Count messages;
    final Metrics.Count bytes;
    final Metrics.Count doubtful;

    SendMetrics(Metrics metrics) {
        this.messages = metrics.counter("firn_produce_messages_total", "Messages appended to the log.");
        this.bytes = metrics.counter("firn_produce_bytes_total", "Bytes of records appended to the log.");
        this.doubtful = metrics.counter(
                "firn_produce_flush_timeouts_total", "Sends answered before their record was known to be on disk.");
    }
}
