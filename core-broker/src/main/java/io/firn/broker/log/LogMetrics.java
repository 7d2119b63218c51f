package io.firn.broker.log;

import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.Metrics.Count;

/** The log's counters. Created once per log. */
final class LogMetrics {

    final Count records;
    final Count rolls;
    final Count writerPopulated;
    final Count stuck;
    final Count forces;
    final Count forceFailures;
    final Count forceMicros;
    final Count flushTimeouts;
    final Count coldChunks;
    final Count coldBytes;
    final Count coldHits;
    final Count coldFallbacks;

    LogMetrics(Metrics metrics) {
        records = metrics.counter("firn_log_records_total", "Records appended.");
        rolls = metrics.counter("firn_log_rolls_total", "Segments begun.");
        writerPopulated = metrics.counter(
                "firn_log_writer_populated_total",
                "Appends that had to wait for pages the housekeeper had not made ready.");
        stuck = metrics.counter(
                "firn_log_stuck_appends_total", "Appends refused because another one waited for the disk.");
        forces = metrics.counter("firn_log_forces_total", "Forces of the log to disk.");
        forceFailures = metrics.counter("firn_log_force_failures_total", "Forces that failed.");
        forceMicros = metrics.counter("firn_log_force_micros_total", "Time spent in forces, in microseconds.");
        flushTimeouts = metrics.counter("firn_log_flush_timeouts_total", "Producers told that the disk was too slow.");
        coldChunks = metrics.counter("firn_log_cold_chunks_total", "Chunks of history read past the page cache.");
        coldBytes = metrics.counter("firn_log_cold_bytes_total", "Bytes of history read past the page cache.");
        coldHits = metrics.counter("firn_log_cold_hits_total", "Reads of history that found their chunk in memory.");
        coldFallbacks = metrics.counter(
                "firn_log_cold_fallbacks_total",
                "Reads of history through the mapping, because they fit in no chunk or there was none to be had.");
    }

    /** Publishes the positions of a running log, and the memory it reads history with. */
    static void gauges(Metrics metrics, CommitLog log, ColdReads cold) {
        metrics.gauge("firn_log_min_position", "Oldest byte of the log.", log::minPosition);
        metrics.gauge(
                "firn_log_appended_position",
                "Byte behind the last record.",
                () -> log.appended().get());
        metrics.gauge(
                "firn_log_flushed_position",
                "Byte below which the log is on disk.",
                () -> log.flushed().get());
        metrics.gauge("firn_log_cold_memory_bytes", "Memory that holds chunks of history.", cold::memoryBytes);
    }
}
