package io.firn.spi.dispatch;

/**
 * Where a dispatcher begins that the broker has no progress of.
 *
 * @since 1.0
 */
public enum StartFrom {
    /** The first byte of the log that is still there. */
    EARLIEST,
    /** The log's end: only what comes from now on. */
    LATEST
}
