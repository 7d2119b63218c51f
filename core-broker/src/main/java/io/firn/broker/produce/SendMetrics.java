package io.firn.broker.produce;

import io.firn.broker.runtime.Metrics;

/** What the produce room counts. */
final class SendMetrics {

    final Metrics.Count messages;
    final Metrics.Count bytes;
    final Metrics.Count doubtful;

    SendMetrics(Metrics metrics) {
        this(
                metrics.counter("firn_produce_messages_total", "Messages of clients appended to the log."),
                metrics.counter("firn_produce_bytes_total", "Bytes of records of clients appended to the log."),
                metrics.counter(
                        "firn_produce_flush_timeouts_total",
                        "Sends answered before their record was known to be on disk."));
    }

    private SendMetrics(Metrics.Count messages, Metrics.Count bytes, Metrics.Count doubtful) {
        this.messages = messages;
        this.bytes = bytes;
        this.doubtful = doubtful;
    }

    /** What is counted of messages that the broker itself stores; they have no sender to be answered in doubt. */
    static SendMetrics ofBroker(Metrics metrics) {
        return new SendMetrics(
                metrics.counter("firn_produce_own_messages_total", "Messages the broker itself appended to the log."),
                metrics.counter("firn_produce_own_bytes_total", "Bytes of records the broker itself appended."),
                new Metrics.Count());
    }
}
