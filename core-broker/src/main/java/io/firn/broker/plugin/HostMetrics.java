package io.firn.broker.plugin;

import io.firn.broker.plugin.context.PluginSeries;
import io.firn.broker.runtime.Metrics;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The plugins on the metrics page: where each stands, and what each says of itself. Scraping thread. */
final class HostMetrics {

    private HostMetrics() {}

    static void addTo(
            Metrics metrics,
            Supplier<List<PluginStatus>> statuses,
            Supplier<List<PluginSeries>> series,
            Supplier<List<MetricSnapshot>> contributed) {
        metrics.source(() -> List.of(states(statuses.get())));
        metrics.source(() -> unique(series.get(), contributed.get()));
    }

    private static MetricSnapshot states(List<PluginStatus> statuses) {
        GaugeSnapshot.Builder builder =
                GaugeSnapshot.builder().name("firn_plugins_state").help("1 for the state each plugin is in.");
        for (PluginStatus status : statuses) {
            builder.dataPoint(GaugeDataPointSnapshot.builder()
                    .labels(Labels.of(
                            "plugin",
                            status.id(),
                            "version",
                            status.version(),
                            "state",
                            status.state().name()))
                    .value(1)
                    .build());
        }
        return builder.build();
    }

    /** Plugins {@code a} and {@code a-b} can both come to {@code firn_plugin_a_b_c}: the first one is shown. */
    private static Collection<MetricSnapshot> unique(List<PluginSeries> all, List<MetricSnapshot> contributed) {
        Map<String, MetricSnapshot> byName = new LinkedHashMap<>();
        for (PluginSeries series : all) {
            series.snapshots()
                    .forEach(one -> byName.putIfAbsent(one.getMetadata().getPrometheusName(), one));
        }
        contributed.forEach(one -> byName.putIfAbsent(one.getMetadata().getPrometheusName(), one));
        return byName.values();
    }
}
