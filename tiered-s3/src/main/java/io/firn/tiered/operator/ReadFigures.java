package io.firn.tiered.operator;

import io.firn.spi.metrics.Label;
import io.firn.spi.metrics.MetricSink;
import io.firn.spi.metrics.MetricsContributor;
import io.firn.tiered.cold.ColdStats;
import io.firn.tiered.store.RequestMeter;
import io.firn.tiered.store.RequestPrices;
import java.util.Locale;

/** The metrics of an archive that is read, from memory. Admin thread. */
public final class ReadFigures implements MetricsContributor {
    private final Served served;

    public ReadFigures(Served served) {
        this.served = served;
    }

    @Override
    public void collect(MetricSink sink) {
        sink.gauge("archived_position", "Positions of the log below this are archived.", (double)
                served.archive().archivedUpTo());
        sink.gauge(
                "objects",
                "Objects in the archive.",
                served.archive().catalogue().objects());
        sink.gauge("catalogue_bytes", "Memory of the map of queues.", (double)
                served.archive().queues().bytes());
        cold(sink, served.reads().stats());
        for (RequestMeter.Count count : served.stores().meter().counts()) {
            Label purpose = new Label("purpose", count.purpose().name().toLowerCase(Locale.ROOT));
            Label kind = new Label("kind", count.kind().name().toLowerCase(Locale.ROOT));
            Label result = new Label("result", count.result().name().toLowerCase(Locale.ROOT));
            sink.counter("requests", "Requests to the store.", count.requests(), purpose, kind, result);
        }
        sink.gauge(
                "usd",
                "What all requests since the start cost, in US dollars at list prices.",
                served.stores().meter().usd(RequestPrices.S3_STANDARD));
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
        sink.counter("redirected", "Reads sent to a read-only broker.", stats.redirected());
        sink.gauge("index_memory_bytes", "Memory of indexes.", (double) stats.indexBytes());
    }
}
