package io.firn.broker.runtime;

import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The broker's metrics: each component creates its own at opening, owners count with {@link Count}, and the page is
 * rendered only in {@code admin}. Names are {@code firn_<room>_<thing>}, counters end in {@code _total}.
 */
public final class Metrics {

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final Map<String, Map<String, LongSupplier>> labelled = new ConcurrentHashMap<>();
    private final Map<String, MetricFamily> families = new ConcurrentHashMap<>();

    /** A counter without labels. */
    public Count counter(String name, String help) {
        Count count = new Count();
        counter(name, help, count::sum);
        return count;
    }

    /** A counter that its owner counts itself. {@code total} is called on the scraping thread. */
    public void counter(String name, String help, LongSupplier total) {
        CounterWithCallback.builder()
                .name(name)
                .help(help)
                .callback(out -> out.call((double) total.getAsLong()))
                .register(registry);
    }

    /** One series of a counter with one label; the caller keeps the number of label values bounded. */
    public Count counter(String name, String help, String label, String value) {
        Count count = new Count();
        series(name, help, label).put(value, count::sum);
        return count;
    }

    /** A value read when the page is rendered; called on the scraping thread, must not block. */
    public void gauge(String name, String help, DoubleSupplier value) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(out -> out.call(value.getAsDouble()))
                .register(registry);
    }

    /** Series of one name, told apart by several labels, that come and go; the same family for the same name. */
    public MetricFamily family(MetricFamily.Kind kind, String name, String help, String... labels) {
        return families.computeIfAbsent(name, n -> MetricFamily.register(registry, kind, n, help, labels));
    }

    /**
     * Metrics that come and go, such as those of plugins: asked on the scraping thread each time the page is rendered. No
     * name may be one of another source.
     */
    public void source(Supplier<? extends Collection<? extends MetricSnapshot>> present) {
        MultiCollector collector = () -> new MetricSnapshots(present.get().toArray(MetricSnapshot[]::new));
        registry.register(collector);
    }

    /** Everything there is now, for rendering. */
    public MetricSnapshots scrape() {
        return registry.scrape();
    }

    private Map<String, LongSupplier> series(String name, String help, String label) {
        return labelled.computeIfAbsent(name, n -> {
            Map<String, LongSupplier> series = new ConcurrentHashMap<>();
            CounterWithCallback.builder()
                    .name(n)
                    .help(help)
                    .labelNames(label)
                    .callback(out -> series.forEach((value, total) -> out.call((double) total.getAsLong(), value)))
                    .register(registry);
            return series;
        });
    }

    /** A running total. Any thread; adding does not allocate. */
    public static final class Count {

        private final LongAdder adder = new LongAdder();

        /** A total that belongs to no page yet, see {@link MetricFamily#put}. */
        public Count() {}

        public void increment() {
            adder.increment();
        }

        public void add(long n) {
            adder.add(n);
        }

        public long sum() {
            return adder.sum();
        }
    }
}
