package io.firn.broker.plugin.read;

import io.firn.broker.runtime.Metrics;
import java.util.concurrent.atomic.AtomicInteger;

/** What reads by plugins count. */
final class ReadMetrics {

    final Metrics.Count coldReads;
    final Metrics.Count coldMessages;
    final Metrics.Count coldBytes;
    final Metrics.Count coldFailures;
    final Metrics.Count coldTimeouts;
    final Metrics.Count coldCancelled;
    final Metrics.Count overrideReads;
    final Metrics.Count overrideFailures;
    final Metrics.Count filteredAgain;
    /** Batches that were given and not closed yet. */
    final AtomicInteger openBatches = new AtomicInteger();

    ReadMetrics(Metrics metrics, ByteBudget budget) {
        this.coldReads = metrics.counter("firn_plugin_cold_reads_total", "Reads of old messages by plugins.");
        this.coldMessages = metrics.counter("firn_plugin_cold_messages_total", "Old messages read by plugins.");
        this.coldBytes = metrics.counter("firn_plugin_cold_bytes_total", "Bytes of old messages read by plugins.");
        this.coldFailures = metrics.counter(
                "firn_plugin_cold_read_failures_total", "Reads of old messages that failed or were late.");
        this.coldTimeouts = metrics.counter("firn_plugin_cold_read_timeouts_total", "Those that were late.");
        this.coldCancelled =
                metrics.counter("firn_plugin_cold_reads_cancelled_total", "Reads nobody waited for any more.");
        this.overrideReads = metrics.counter("firn_plugin_queue_reads_total", "Reads of queues that plugins replace.");
        this.overrideFailures =
                metrics.counter("firn_plugin_queue_read_failures_total", "Those that failed or were late.");
        this.filteredAgain = metrics.counter(
                "firn_plugin_filtered_again_total", "Messages a plugin gave although the filter does not want them.");
        metrics.gauge(
                "firn_plugin_open_batches", "Batches of messages by plugins not given back yet.", openBatches::get);
        metrics.gauge("firn_plugin_cold_bytes_in_flight", "Bytes reserved for reads of old messages.", budget::used);
        metrics.gauge("firn_plugin_cold_reads_waiting", "Reads of old messages that wait for bytes.", budget::waiting);
    }
}
