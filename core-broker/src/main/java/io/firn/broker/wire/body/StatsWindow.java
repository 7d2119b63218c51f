package io.firn.broker.wire.body;

/**
 * A statistic over one span of time.
 *
 * @param avgpt average per event
 */
public record StatsWindow(long sum, double tps, double avgpt) {
    static final StatsWindow NONE = new StatsWindow(0, 0, 0);
}
