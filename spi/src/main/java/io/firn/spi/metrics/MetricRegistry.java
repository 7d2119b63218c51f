package io.firn.spi.metrics;

import io.firn.spi.contract.ProvidedByBroker;
import io.firn.spi.contract.Registration;
import java.util.function.DoubleSupplier;

/**
 * The plugin's metrics. Each name gets the prefix {@code firn_plugin_<id>_}, dashes of the id as underscores. The same
 * name and labels give the same series again, so asking is idempotent, but not for hot paths: ask once and keep it. Any
 * thread; does not block. All go when the plugin stops.
 *
 * <p>All methods throw {@link IllegalArgumentException} for a name with anything but lower-case letters, digits and
 * underscores, and for one that is another kind of metric already. From 1,000 series on nothing is added: what is handed
 * out counts for itself and is not shown, and the log says so once.
 *
 * @since 1.0
 */
@ProvidedByBroker
public interface MetricRegistry {

    /**
     * A counter; its name is shown with {@code _total} behind.
     *
     * @param help one sentence for operators, with the unit
     * @since 1.0
     */
    Counter counter(String name, String help, Label... labels);

    /**
     * A gauge that is set.
     *
     * @param help one sentence for operators, with the unit
     * @since 1.0
     */
    Gauge gauge(String name, String help, Label... labels);

    /**
     * A gauge that is asked when metrics are read: on the broker's admin thread, so it must not block. When it throws, the
     * last value is shown.
     *
     * @param help one sentence for operators, with the unit
     * @since 1.0
     */
    Registration gauge(String name, String help, DoubleSupplier value, Label... labels);

    /**
     * A timer; its name is shown with {@code _seconds} behind.
     *
     * @param help one sentence for operators
     * @since 1.0
     */
    Timer timer(String name, String help, Label... labels);

    /**
     * A histogram.
     *
     * @param help one sentence for operators, with the unit
     * @since 1.0
     */
    Histogram histogram(String name, String help, Label... labels);
}
