package io.firn.broker.plugin.context;

import io.firn.spi.contract.Registration;
import io.firn.spi.metrics.Counter;
import io.firn.spi.metrics.Gauge;
import io.firn.spi.metrics.Histogram;
import io.firn.spi.metrics.Label;
import io.firn.spi.metrics.MetricRegistry;
import io.firn.spi.metrics.Timer;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;

/** A plugin's metrics: names and labels to numbers, at most 1,000 series. Any thread. */
public final class PluginSeries implements MetricRegistry {

    /** More would make the page slow for everybody. */
    static final int MAX_SERIES = 1_000;

    private static final double[] SIZES = powers(1, 4, 16);
    private static final double[] SECONDS = powers(1e-6, 4, 14);

    private final String prefix;
    private final Logger logger;
    private final Map<String, Family> families = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();

    PluginSeries(String pluginId, Logger logger) {
        this.prefix = "firn_plugin_" + pluginId.replace('-', '_') + "_";
        this.logger = logger;
    }

    /** What a metric is; decides how it is shown. */
    enum Kind {
        COUNTER,
        GAUGE,
        TIMER,
        HISTOGRAM
    }

    /** All series of one name. */
    record Family(String name, String help, Kind kind, Map<List<Label>, Series> series) {}

    /** Everything there is now. */
    public List<MetricSnapshot> snapshots() {
        return families.values().stream().map(Snapshots::of).toList();
    }

    String prefix() {
        return prefix;
    }

    @Override
    public Counter counter(String name, String help, Label... labels) {
        return series(Series.Total.class, family(name, help, Kind.COUNTER), labels, Series.Total::new);
    }

    @Override
    public Gauge gauge(String name, String help, Label... labels) {
        return series(Series.Level.class, family(name, help, Kind.GAUGE), labels, Series.Level::new);
    }

    @Override
    public Registration gauge(String name, String help, DoubleSupplier value, Label... labels) {
        Family family = family(name, help, Kind.GAUGE);
        List<Label> key = sorted(labels);
        Series.Asked asked = new Series.Asked(value);
        if (!hasRoom(family, key)) {
            return () -> {
                // it was not added
            };
        }
        if (family.series().put(key, asked) == null) {
            count.incrementAndGet();
        }
        return () -> {
            if (family.series().remove(key, asked)) {
                count.decrementAndGet();
            }
        };
    }

    @Override
    public Timer timer(String name, String help, Label... labels) {
        Family family = family(name + "_seconds", help, Kind.TIMER);
        return series(Series.Buckets.class, family, labels, () -> new Series.Buckets(SECONDS));
    }

    @Override
    public Histogram histogram(String name, String help, Label... labels) {
        Family family = family(name, help, Kind.HISTOGRAM);
        return series(Series.Buckets.class, family, labels, () -> new Series.Buckets(SIZES));
    }

    private Family family(String name, String help, Kind kind) {
        checkName(name);
        Family family =
                families.computeIfAbsent(name, key -> new Family(prefix + name, help, kind, new ConcurrentHashMap<>()));
        if (family.kind() != kind) {
            throw new IllegalArgumentException("metric " + name + " is a " + family.kind() + " already, not a " + kind);
        }
        return family;
    }

    static void checkName(String name) {
        if (!name.matches("[a-z][a-z0-9_]*")) {
            throw new IllegalArgumentException(
                    "a metric's name has lower-case letters, digits and underscores: '" + name + "'");
        }
    }

    private <S extends Series> S series(Class<S> type, Family family, Label[] labels, Supplier<S> fresh) {
        List<Label> key = sorted(labels);
        if (!hasRoom(family, key)) {
            return fresh.get();
        }
        Series series = family.series().computeIfAbsent(key, absent -> {
            count.incrementAndGet();
            return fresh.get();
        });
        if (!type.isInstance(series)) {
            throw new IllegalArgumentException("metric " + family.name() + key + " is one that is asked, not set");
        }
        return type.cast(series);
    }

    private boolean hasRoom(Family family, List<Label> key) {
        if (count.get() < MAX_SERIES || family.series().containsKey(key)) {
            return true;
        }
        if (count.getAndIncrement() == MAX_SERIES) {
            logger.warn(
                    "the plugin has {} series of metrics; {}{} and further ones are not shown",
                    MAX_SERIES,
                    family.name(),
                    key);
        }
        return false;
    }

    static List<Label> sorted(Label[] labels) {
        return Arrays.stream(labels).sorted(Comparator.comparing(Label::name)).toList();
    }

    private static double[] powers(double first, double factor, int n) {
        double[] bounds = new double[n];
        double bound = first;
        for (int i = 0; i < n; i++) {
            bounds[i] = bound;
            bound *= factor;
        }
        return bounds;
    }
}
