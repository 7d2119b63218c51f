package io.firn.spi.metrics;

import io.firn.spi.contract.ProvidedByBroker;

/**
 * How large something is: count, sum and buckets by powers of four from 1 to 4^15. Any thread; lock-free; allocates
 * nothing.
 *
 * @since 1.0
 */
@ProvidedByBroker
public interface Histogram {

    /**
     * Notes one value; a negative one counts as 0.
     *
     * @since 1.0
     */
    void record(double value);
}
