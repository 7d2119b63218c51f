package io.firn.broker.plugin.context;

import io.firn.spi.metrics.Counter;
import io.firn.spi.metrics.Gauge;
import io.firn.spi.metrics.Histogram;
import io.firn.spi.metrics.Timer;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.DoubleSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The numbers behind one metric and one set of labels. Any thread; updating neither locks nor allocates. */
sealed interface Series {

    /** A number that only grows. */
    final class Total implements Series, Counter {

        private final LongAdder sum = new LongAdder();

        @Override
        public void increment() {
            sum.increment();
        }

        @Override
        public void add(long n) {
            if (n > 0) {
                sum.add(n);
            }
        }

        double value() {
            return sum.sum();
        }
    }

    /** A number that is set. */
    final class Level implements Series, Gauge {

        private volatile double value;

        @Override
        public void set(double newValue) {
            value = newValue;
        }

        double value() {
            return value;
        }
    }

    /** A number that is asked. */
    final class Asked implements Series {

        private static final Logger LOG = LoggerFactory.getLogger(Asked.class);

        private final DoubleSupplier source;
        private volatile double last = Double.NaN;

        Asked(DoubleSupplier source) {
            this.source = source;
        }

        /** The plugin's answer, or its last one when it throws. */
        double value() {
            try {
                last = source.getAsDouble();
            } catch (RuntimeException | LinkageError | StackOverflowError | AssertionError e) {
                LOG.debug("a plugin's gauge failed", e);
            }
            return last;
        }
    }

    /** Counts by size; the bounds are shared. */
    final class Buckets implements Series, Histogram, Timer {

        private static final double NANOS = 1e-9;

        private final double[] bounds;
        private final AtomicLongArray counts;
        private final DoubleAdder sum = new DoubleAdder();

        Buckets(double[] bounds) {
            this.bounds = bounds;
            this.counts = new AtomicLongArray(bounds.length + 1);
        }

        @Override
        public void record(double value) {
            double counted = Math.max(0, value);
            int i = 0;
            while (i < bounds.length && counted > bounds[i]) {
                i++;
            }
            counts.incrementAndGet(i);
            sum.add(counted);
        }

        @Override
        public void recordNs(long nanos) {
            record(nanos * NANOS);
        }

        double[] bounds() {
            return bounds;
        }

        /** How many were in bucket {@code i}; the last one has no bound. */
        long count(int i) {
            return counts.get(i);
        }

        double sum() {
            return sum.sum();
        }
    }
}
