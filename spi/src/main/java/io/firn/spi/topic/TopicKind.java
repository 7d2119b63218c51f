package io.firn.spi.topic;

/**
 * What a topic is for.
 *
 * @since 1.0
 */
public enum TopicKind {
    /** Made by users. */
    NORMAL,
    /** A group's failed messages, waiting to be delivered again: {@code %RETRY%group}. */
    RETRY,
    /** A group's messages that failed too often: {@code %DLQ%group}. */
    DEAD_LETTER,
    /** The broker's own: half messages, delayed messages, traces, its bookkeeping. */
    SYSTEM
}
