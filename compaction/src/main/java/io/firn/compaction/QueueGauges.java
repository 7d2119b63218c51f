package io.firn.compaction;

import io.firn.compaction.queue.Compactor;
import io.firn.compaction.queue.HostedQueue;
import io.firn.compaction.queue.HostedQueues;
import io.firn.compaction.segment.SegmentMeta;
import io.firn.compaction.segment.TombstoneRun;
import io.firn.spi.metrics.Label;
import io.firn.spi.metrics.MetricSink;
import io.firn.spi.metrics.MetricsContributor;
import java.util.Map;
import java.util.TreeMap;

/** Values per topic: the worst lag of its queues, the sum of the rest. From memory; on the broker's admin thread. */
final class QueueGauges implements MetricsContributor {

    private final HostedQueues queues;
    private final Compactor compactor;

    QueueGauges(HostedQueues queues, Compactor compactor) {
        this.queues = queues;
        this.compactor = compactor;
    }

    private static final class Row {
        long lagMs;
        long dirty;
        long liveRecords;
        long liveBytes;
        long bytes;
        long tombstones;
        long blocked;
    }

    @Override
    public void collect(MetricSink sink) {
        Map<String, Row> rows = new TreeMap<>();
        for (HostedQueue queue : queues.all()) {
            add(rows.computeIfAbsent(queue.ref().topic(), topic -> new Row()), queue);
        }
        rows.forEach((topic, row) -> put(sink, new Label("topic", topic), row));
    }

    private void add(Row row, HostedQueue queue) {
        row.lagMs = Math.max(row.lagMs, compactor.lagMs(queue));
        row.dirty += queue.dirtyRecords();
        row.blocked += queue.trouble().isPresent() ? 1 : 0;
        for (SegmentMeta segment : queue.queue().manifest().segments()) {
            row.liveRecords += segment.liveness().liveRecords();
            row.liveBytes += segment.liveness().liveBytes();
            row.bytes += segment.extent().logBytes();
            for (TombstoneRun run : segment.tombstones()) {
                row.tombstones += run.count();
            }
        }
    }

    private static void put(MetricSink sink, Label topic, Row row) {
        sink.gauge("lag_seconds", "Age of the oldest record that is not compacted.", row.lagMs / 1000.0, topic);
        sink.gauge("dirty_records", "Records that are not compacted.", (double) row.dirty, topic);
        sink.gauge(
                "live_records",
                "Compacted records alive: keys, and tombstones in their retention.",
                (double) row.liveRecords,
                topic);
        sink.gauge("live_bytes", "Bytes of compacted records alive.", (double) row.liveBytes, topic);
        sink.gauge("segment_bytes", "Bytes of all compacted records on disk.", (double) row.bytes, topic);
        sink.gauge("tombstones", "Tombstones in their retention.", (double) row.tombstones, topic);
        sink.gauge("blocked_queues", "Queues whose passes do not get on.", (double) row.blocked, topic);
    }
}
