package io.firn.spi.read;

/**
 * Which of the messages around a time is meant.
 *
 * @since 1.0
 */
public enum Boundary {
    /** The first message stored at or after it; the queue's end when there is none. */
    LOWER,
    /** The last message stored at or before it; the queue's first when there is none. */
    UPPER
}
