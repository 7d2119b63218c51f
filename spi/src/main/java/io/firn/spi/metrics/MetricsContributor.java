package io.firn.spi.metrics;

import io.firn.spi.contract.ImplementedByPlugin;

/**
 * Gives values when metrics are read: for tables whose rows come and go, such as one per topic.
 *
 * @since 1.0
 */
@ImplementedByPlugin
@FunctionalInterface
public interface MetricsContributor {

    /**
     * Puts all present values into the sink. Runs on the broker's admin thread, one call at a time: from memory, within
     * 100 ms. When it throws or is late, the values of last time are shown, marked stale.
     *
     * @since 1.0
     */
    void collect(MetricSink sink);
}
