package io.firn.spi.message;

/**
 * What {@link FrameView#inspect} found.
 *
 * @since 1.0
 */
public enum FrameStatus {
    /** A whole record whose lengths add up. */
    OK,
    /** The filler at a segment's end: nothing follows in this segment. */
    FILLER,
    /** Zero bytes: nothing was written here. */
    ZERO,
    /** A record that goes on behind the bytes given. */
    TRUNCATED,
    /** Not a record. */
    BAD_MAGIC,
    /** A record's magic, but its lengths are negative or do not add up. */
    BAD_LENGTH
}
