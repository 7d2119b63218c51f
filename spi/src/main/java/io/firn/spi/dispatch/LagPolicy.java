package io.firn.spi.dispatch;

/**
 * What the broker does about a dispatcher that falls behind.
 *
 * @since 1.0
 */
public enum LagPolicy {
    /** Reports it. Segments are deleted all the same: the dispatcher then goes on at the log's first byte. */
    ALERT,
    /** Keeps the segments the dispatcher still needs, and reports it. */
    HOLD_CLEANUP,
    /** Keeps the segments, and answers senders SYSTEM_BUSY while the lag is over the limit. */
    THROTTLE_PRODUCERS
}
