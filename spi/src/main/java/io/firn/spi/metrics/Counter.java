package io.firn.spi.metrics;

import io.firn.spi.contract.ProvidedByBroker;

/**
 * A number that only grows. Any thread; lock-free; allocates nothing.
 *
 * @since 1.0
 */
@ProvidedByBroker
public interface Counter {

    /**
     * Adds 1.
     *
     * @since 1.0
     */
    void increment();

    /**
     * Adds {@code n}; a negative one adds nothing.
     *
     * @since 1.0
     */
    void add(long n);
}
