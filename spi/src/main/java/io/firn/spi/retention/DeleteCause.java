package io.firn.spi.retention;

/**
 * Why a segment is to be deleted.
 *
 * @since 1.0
 */
public enum DeleteCause {
    /** It is older than messages are kept. */
    EXPIRED,
    /** The disk is fuller than it should be. */
    DISK_RATIO,
    /** The disk is nearly full. */
    DISK_FORCED,
    /** An operator wants it. */
    ADMIN
}
