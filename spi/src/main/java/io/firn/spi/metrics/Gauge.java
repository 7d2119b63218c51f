package io.firn.spi.metrics;

import io.firn.spi.contract.ProvidedByBroker;

/**
 * A number that goes up and down. Any thread; lock-free; allocates nothing.
 *
 * @since 1.0
 */
@ProvidedByBroker
public interface Gauge {

    /**
     * Sets it.
     *
     * @since 1.0
     */
    void set(double value);
}
