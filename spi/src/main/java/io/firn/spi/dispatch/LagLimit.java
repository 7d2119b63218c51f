package io.firn.spi.dispatch;

import io.firn.spi.contract.ByteSize;

/**
 * How far a dispatcher may fall behind. Immutable.
 *
 * @param policy what then happens
 * @param maxLag bytes of the log behind its end from which on the policy applies
 * @param maxInFlight bytes given to the dispatcher that it has not called durable; then the broker waits with the next
 *     batch. One batch is always given
 * @since 1.0
 */
public record LagLimit(LagPolicy policy, ByteSize maxLag, ByteSize maxInFlight) {

    /**
     * Reports a lag of 1 GiB, gives 8 MiB ahead.
     *
     * @since 1.0
     */
    public static LagLimit alert() {
        return of(LagPolicy.ALERT);
    }

    /**
     * A lag of 1 GiB, 8 MiB ahead.
     *
     * @since 1.0
     */
    public static LagLimit of(LagPolicy policy) {
        return new LagLimit(policy, ByteSize.ofMebibytes(1024), ByteSize.ofMebibytes(8));
    }
}
