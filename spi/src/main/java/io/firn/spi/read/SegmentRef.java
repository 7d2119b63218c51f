package io.firn.spi.read;

import java.nio.file.Path;

/**
 * One segment file of the log. Immutable; may be kept, and grows stale.
 *
 * @param file where it is
 * @param from log position of its first byte
 * @param to log position behind its last byte, filler included; for the segment being written: behind its last message
 * @param state whether it still grows
 * @param lastStoreTimestampMs a time by which its last message was stored, ms since 1970; 0 when it holds none. For a
 *     sealed segment the broker may give the time of the first message behind it, which is cheaper to find
 * @since 1.0
 */
public record SegmentRef(Path file, long from, long to, State state, long lastStoreTimestampMs) {

    /**
     * Whether a segment still grows.
     *
     * @since 1.0
     */
    public enum State {
        /** Full; its bytes never change again. */
        SEALED,
        /** Being written. */
        ACTIVE
    }

    /**
     * Checks the components.
     *
     * @throws IllegalArgumentException when it ends before it begins
     * @since 1.0
     */
    public SegmentRef {
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("a segment from " + from + " to " + to);
        }
    }

    /**
     * Bytes of the log in it.
     *
     * @since 1.0
     */
    public long bytes() {
        return to - from;
    }
}
