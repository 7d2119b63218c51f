package io.firn.broker.queue;

/** Which of the messages around a time is meant. */
public enum Boundary {
    /** The first message stored at or after it. */
    LOWER,
    /** The last message stored at or before it. */
    UPPER
}
