package io.firn.tiered.operator;

import io.firn.spi.metrics.Label;
import io.firn.spi.metrics.MetricSink;
import io.firn.spi.metrics.MetricsContributor;
import io.firn.tiered.archive.ArchiveStatus;
import io.firn.tiered.cold.ColdStats;
import io.firn.tiered.retention.Upkeep;
import io.firn.tiered.store.RequestMeter;
import io.firn.tiered.store.RequestPrices;
import java.util.Locale;

/** The plugin's metrics, from memory. Admin thread. */
public final class Figures implements MetricsContributor {
    private final Operated operated;

    public Figures(Operated operated) {
        this.operated = operated;
    }

    @Override
    public void collect(MetricSink sink) {
        ArchiveStatus status = operated.archiver().status();
        sink.gauge(
                "archived_position", "Positions of the log below this are archived.", (double) status.archivedUpTo());
        sink.gauge("archive_lag_bytes", "Bytes of the log that are not archived.", (double) status.backlogBytes());
        sink.counter("archived_slices", "Slices archived since the start.", status.slices());
        sink.gauge(
                "objects",
                "Objects in the archive.",
                operated.archive().catalogue().objects());
        sink.gauge("catalogue_bytes", "Memory of the map of queues.", (double)
                operated.archive().queues().bytes());
        sink.gauge(
                "upload_pace",
                "Share of the full pace of uploads that the store allows.",
                operated.archiver().pace());
        Upkeep.Counts upkeep = operated.upkeep().counts();
        sink.counter("objects_dropped", "Objects dropped by retention since the start.", upkeep.dropped());
        sink.counter("objects_deleted", "Dropped objects deleted since the start.", upkeep.deleted());
        sink.counter("orphans_deleted", "Objects deleted that no record named.", upkeep.orphans());
        sink.gauge("objects_waiting", "Objects dropped and not deleted yet.", upkeep.waiting());
        cold(sink, operated.reads().stats());
        for (RequestMeter.Count count : operated.stores().meter().counts()) {
            Label purpose = new Label("purpose", count.purpose().name().toLowerCase(Locale.ROOT));
            Label kind = new Label("kind", count.kind().name().toLowerCase(Locale.ROOT));
            Label result = new Label("result", count.result().name().toLowerCase(Locale.ROOT));
            sink.counter("requests", "Requests to the store.", count.requests(), purpose, kind, result);
        }
        sink.gauge(
                "usd",
                "What all requests since the start cost, in US dollars at list prices.",
                operated.stores().meter().usd(RequestPrices.S3_STANDARD));
    }

    private static void cold(MetricSink sink, ColdStats stats) {
        sink.counter("frame_hits", "Frames found in memory.", stats.hits());
        sink.counter("frame_misses", "Frames that had to be fetched.", stats.misses());
        sink.counter("fetched_bytes", "Bytes of objects fetched for readers.", stats.fetchedBytes());
        sink.counter("frames_broken", "Frames that did not unpack at first.", stats.brokenFrames());
        sink.gauge("read_memory_bytes", "Memory of frames and of requests for them.", (double) stats.usedBytes());
        sink.gauge("read_memory_peak_bytes", "The most memory there ever was of that.", (double) stats.peakBytes());
        sink.counter("hedges", "Second requests for what was late.", stats.hedges());
        sink.counter("hedges_won", "Second requests that were answered first.", stats.hedgesWon());
        sink.gauge("index_memory_bytes", "Memory of indexes.", (double) stats.indexBytes());
    }
}
