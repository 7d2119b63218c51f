package io.firn.broker.admin;

import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.ReadablePosition;

/**
 * How far the stages of the log are, in bytes from its start.
 *
 * @param appended behind the last record
 * @param flushed on disk below it
 * @param dispatched readable in the queues below it
 */
public record LogPositions(ReadablePosition appended, ReadablePosition flushed, ReadablePosition dispatched) {

    /** Bytes that are appended but not yet known to be on disk. The later position is read last: never negative. */
    long flushLag() {
        long behind = flushed.get();
        return Math.max(0, appended.get() - behind);
    }

    /** Bytes that are appended but not yet readable. */
    long dispatchLag() {
        long behind = dispatched.get();
        return Math.max(0, appended.get() - behind);
    }

    /** The positions themselves are their rooms' gauges; the lags between rooms are only known here. */
    void addTo(Metrics metrics) {
        metrics.gauge("firn_admin_flush_lag_bytes", "Bytes appended but not yet on disk.", this::flushLag);
        metrics.gauge("firn_admin_dispatch_lag_bytes", "Bytes appended but not yet in the queues.", this::dispatchLag);
    }
}
