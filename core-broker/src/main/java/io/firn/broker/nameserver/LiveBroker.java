package io.firn.broker.nameserver;

import io.firn.broker.server.Connection;
import io.firn.broker.wire.body.DataVersion;
import org.jspecify.annotations.Nullable;

/**
 * One registered broker process. Lives as long as its connection, and no longer than its time-out without a word.
 *
 * @param version version of its topics when it last registered, null when it sent none
 * @param seenNanos monotonic time of its last word
 * @param timeoutNanos how long it may be silent
 */
record LiveBroker(
        Registration registration,
        Connection connection,
        @Nullable DataVersion version,
        long seenNanos,
        long timeoutNanos) {

    LiveBroker seenAt(long nanos) {
        return new LiveBroker(registration, connection, version, nanos, timeoutNanos);
    }

    boolean isSilent(long nowNanos) {
        return nowNanos - seenNanos > timeoutNanos;
    }
}
