package io.firn.spi.topic;

/**
 * What happened to a topic. Immutable; any thread.
 *
 * @since 1.0
 */
public sealed interface TopicChange {

    /**
     * It is new.
     *
     * @since 1.0
     */
    record Created(Topic topic) implements TopicChange {}

    /**
     * Its layout or attributes are others.
     *
     * @since 1.0
     */
    record Altered(Topic before, Topic after) implements TopicChange {}

    /**
     * It is gone, its messages with it.
     *
     * @since 1.0
     */
    record Deleted(Topic topic) implements TopicChange {}
}
