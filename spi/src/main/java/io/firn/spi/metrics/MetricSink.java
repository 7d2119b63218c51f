package io.firn.spi.metrics;

import io.firn.spi.contract.ProvidedByBroker;

/**
 * Takes values from a {@link MetricsContributor}, for one reading. Belongs to the thread that hands it out; throws
 * {@link IllegalStateException} after {@code collect} returned. Names and the limit of series as in
 * {@link MetricRegistry}.
 *
 * @since 1.0
 */
@ProvidedByBroker
public interface MetricSink {

    /**
     * The present value of a number that only grows.
     *
     * @since 1.0
     */
    void counter(String name, String help, long value, Label... labels);

    /**
     * The present value of a number that goes up and down.
     *
     * @since 1.0
     */
    void gauge(String name, String help, double value, Label... labels);
}
