package io.firn.tiered.operator;

import io.firn.spi.metrics.MetricSink;
import io.firn.spi.metrics.MetricsContributor;
import io.firn.tiered.archive.ArchiveStatus;
import io.firn.tiered.retention.Upkeep;

/** The metrics of archiving, and those of reading, from memory. Admin thread. */
public final class Figures implements MetricsContributor {
    private final Operated operated;
    private final ReadFigures figures;

    public Figures(Operated operated) {
        this.operated = operated;
        this.figures = new ReadFigures(operated.served());
    }

    @Override
    public void collect(MetricSink sink) {
        figures.collect(sink);
        ArchiveStatus status = operated.archiver().status();
        sink.gauge("archive_lag_bytes", "Bytes of the log that are not archived.", (double) status.backlogBytes());
        sink.counter("archived_slices", "Slices archived since the start.", status.slices());
        sink.gauge(
                "upload_pace",
                "Share of the full pace of uploads that the store allows.",
                operated.archiver().pace());
        Upkeep.Counts upkeep = operated.upkeep().counts();
        sink.counter("objects_dropped", "Objects dropped by retention since the start.", upkeep.dropped());
        sink.counter("objects_deleted", "Dropped objects deleted since the start.", upkeep.deleted());
        sink.counter("orphans_deleted", "Objects deleted that no record named.", upkeep.orphans());
        sink.gauge("objects_waiting", "Objects dropped and not deleted yet.", upkeep.waiting());
    }
}
