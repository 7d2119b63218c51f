package io.firn.broker.runtime;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.DoubleSupplier;

/** Series of one name that come and go with what they measure. The caller keeps their number bounded. Any thread. */
public final class MetricFamily {

    private final Map<List<String>, DoubleSupplier> series = new ConcurrentHashMap<>();

    /** What the numbers mean. */
    public enum Kind {
        /** Only grows. */
        COUNTER,
        /** Goes up and down. */
        GAUGE
    }

    private MetricFamily() {}

    static MetricFamily register(PrometheusRegistry registry, Kind kind, String name, String help, String... labels) {
        MetricFamily family = new MetricFamily();
        if (kind == Kind.COUNTER) {
            CounterWithCallback.builder()
                    .name(name)
                    .help(help)
                    .labelNames(labels)
                    .callback(out -> family.series.forEach(
                            (values, now) -> out.call(now.getAsDouble(), values.toArray(String[]::new))))
                    .register(registry);
        } else {
            GaugeWithCallback.builder()
                    .name(name)
                    .help(help)
                    .labelNames(labels)
                    .callback(out -> family.series.forEach(
                            (values, now) -> out.call(now.getAsDouble(), values.toArray(String[]::new))))
                    .register(registry);
        }
        return family;
    }

    /** A counter of its own under these label values; one that was there before is replaced. */
    public Metrics.Count count(String... values) {
        Metrics.Count count = new Metrics.Count();
        put(count::sum, values);
        return count;
    }

    /** A value read when the page is rendered; called on the scraping thread, must not block. */
    public void put(DoubleSupplier value, String... values) {
        series.put(List.of(values), value);
    }

    /** Takes one series away. */
    public void remove(String... values) {
        series.remove(List.of(values));
    }

    /** Takes away all series whose labels begin with these values. */
    public void removeAll(String... firstValues) {
        List<String> prefix = List.of(firstValues);
        series.keySet().removeIf(values -> values.subList(0, prefix.size()).equals(prefix));
    }
}
