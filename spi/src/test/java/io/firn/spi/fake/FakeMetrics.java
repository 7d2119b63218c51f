package io.firn.spi.fake;

import io.firn.spi.contract.Registration;
import io.firn.spi.metrics.Counter;
import io.firn.spi.metrics.Gauge;
import io.firn.spi.metrics.Histogram;
import io.firn.spi.metrics.Label;
import io.firn.spi.metrics.MetricRegistry;
import io.firn.spi.metrics.Timer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.function.DoubleSupplier;

/** Metrics that a test reads: each series is the sum of what it was given, a gauge its last value. Any thread. */
public final class FakeMetrics implements MetricRegistry {

    private final Map<String, DoubleAdder> sums = new ConcurrentHashMap<>();
    private final Map<String, DoubleSupplier> asked = new ConcurrentHashMap<>();

    /** The value of a series, 0 when it is not there. */
    public double value(String name, Label... labels) {
        String key = key(name, labels);
        DoubleSupplier supplier = asked.get(key);
        return supplier != null
                ? supplier.getAsDouble()
                : sums.getOrDefault(key, new DoubleAdder()).sum();
    }

    @Override
    public Counter counter(String name, String help, Label... labels) {
        DoubleAdder sum = series(name, labels);
        return new Counter() {
            @Override
            public void increment() {
                sum.add(1);
            }

            @Override
            public void add(long n) {
                sum.add((double) Math.max(0, n));
            }
        };
    }

    @Override
    public Gauge gauge(String name, String help, Label... labels) {
        DoubleAdder sum = series(name, labels);
        return value -> {
            synchronized (sum) {
                sum.reset();
                sum.add(value);
            }
        };
    }

    @Override
    public Registration gauge(String name, String help, DoubleSupplier value, Label... labels) {
        String key = key(name, labels);
        asked.put(key, value);
        return () -> asked.remove(key, value);
    }

    @Override
    public Timer timer(String name, String help, Label... labels) {
        DoubleAdder sum = series(name, labels);
        return nanos -> sum.add((double) nanos);
    }

    @Override
    public Histogram histogram(String name, String help, Label... labels) {
        return series(name, labels)::add;
    }

    private DoubleAdder series(String name, Label... labels) {
        return sums.computeIfAbsent(key(name, labels), k -> new DoubleAdder());
    }

    private static String key(String name, Label... labels) {
        if (!name.matches("[a-z0-9_]+")) {
            throw new IllegalArgumentException("not a metric's name: '" + name + "'");
        }
        return name + Arrays.toString(labels);
    }
}
