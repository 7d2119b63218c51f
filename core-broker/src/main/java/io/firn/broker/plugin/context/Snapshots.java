package io.firn.broker.plugin.context;

import io.firn.spi.metrics.Label;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.List;
import java.util.Map;

/** A plugin's numbers as the metrics page takes them. */
final class Snapshots {

    private Snapshots() {}

    static MetricSnapshot of(PluginSeries.Family family) {
        return switch (family.kind()) {
            case COUNTER -> counters(family);
            case GAUGE -> gauges(family);
            case TIMER, HISTOGRAM -> histograms(family);
        };
    }

    private static MetricSnapshot counters(PluginSeries.Family family) {
        CounterSnapshot.Builder builder = CounterSnapshot.builder()
                .name(family.name().replaceFirst("_total$", ""))
                .help(family.help());
        for (Map.Entry<List<Label>, Series> entry : family.series().entrySet()) {
            if (entry.getValue() instanceof Series.Total total) {
                builder.dataPoint(CounterDataPointSnapshot.builder()
                        .labels(labels(entry.getKey()))
                        .value(total.value())
                        .build());
            }
        }
        return builder.build();
    }

    private static MetricSnapshot gauges(PluginSeries.Family family) {
        GaugeSnapshot.Builder builder =
                GaugeSnapshot.builder().name(family.name()).help(family.help());
        family.series().forEach((labels, series) -> {
            double value = switch (series) {
                case Series.Level level -> level.value();
                case Series.Asked asked -> asked.value();
                case Series.Total total -> total.value();
                case Series.Buckets buckets -> buckets.sum();
            };
            builder.dataPoint(GaugeDataPointSnapshot.builder()
                    .labels(labels(labels))
                    .value(value)
                    .build());
        });
        return builder.build();
    }

    private static MetricSnapshot histograms(PluginSeries.Family family) {
        HistogramSnapshot.Builder builder =
                HistogramSnapshot.builder().name(family.name()).help(family.help());
        for (Map.Entry<List<Label>, Series> entry : family.series().entrySet()) {
            if (entry.getValue() instanceof Series.Buckets buckets) {
                builder.dataPoint(HistogramDataPointSnapshot.builder()
                        .labels(labels(entry.getKey()))
                        .classicHistogramBuckets(buckets(buckets))
                        .sum(buckets.sum())
                        .build());
            }
        }
        return builder.build();
    }

    private static ClassicHistogramBuckets buckets(Series.Buckets from) {
        ClassicHistogramBuckets.Builder builder = ClassicHistogramBuckets.builder();
        double[] bounds = from.bounds();
        for (int i = 0; i < bounds.length; i++) {
            builder.bucket(bounds[i], from.count(i));
        }
        return builder.bucket(Double.POSITIVE_INFINITY, from.count(bounds.length))
                .build();
    }

    static Labels labels(List<Label> labels) {
        Labels.Builder builder = Labels.builder();
        labels.forEach(label -> builder.label(label.name(), label.value()));
        return builder.build();
    }
}
