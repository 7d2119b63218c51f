package io.firn.spi.metrics;

import io.firn.spi.contract.ProvidedByBroker;

/**
 * How long something takes: count, sum and buckets from 1 µs to 1 min. Any thread; lock-free; allocates nothing.
 *
 * @since 1.0
 */
@ProvidedByBroker
public interface Timer {

    /**
     * Notes one duration, in nanoseconds; a negative one counts as 0.
     *
     * @since 1.0
     */
    void recordNs(long nanos);
}
