package io.firn.spi.dispatch;

import io.firn.spi.topic.TopicSelector;

/**
 * What a dispatcher wants to see and how. Immutable.
 *
 * @param name unique within the plugin, never changed: the progress on disk is found by it; lower-case letters, digits
 *     and dashes
 * @param topics whose messages {@link DispatchBatch#frames} shows
 * @param batching how the log is cut
 * @param start where to begin when there is no progress on disk
 * @param lag how far it may fall behind
 * @since 1.0
 */
public record DispatcherSpec(String name, TopicSelector topics, Batching batching, StartFrom start, LagLimit lag) {

    /**
     * Checks the components.
     *
     * @throws IllegalArgumentException when the name has other characters or none
     * @since 1.0
     */
    public DispatcherSpec {
        if (!name.matches("[a-z0-9][a-z0-9-]*")) {
            throw new IllegalArgumentException(
                    "a dispatcher's name has lower-case letters, digits, dashes: '" + name + "'");
        }
    }

    /**
     * Messages of all topics but the broker's own, in small batches, from now on, lag only reported.
     *
     * @throws IllegalArgumentException when the name has other characters or none
     * @since 1.0
     */
    public static DispatcherSpec of(String name) {
        return new DispatcherSpec(name, TopicSelector.all(), Batching.frames(), StartFrom.LATEST, LagLimit.alert());
    }

    /**
     * The same for other topics.
     *
     * @since 1.0
     */
    public DispatcherSpec withTopics(TopicSelector newTopics) {
        return new DispatcherSpec(name, newTopics, batching, start, lag);
    }

    /**
     * The same, cut otherwise.
     *
     * @since 1.0
     */
    public DispatcherSpec withBatching(Batching newBatching) {
        return new DispatcherSpec(name, topics, newBatching, start, lag);
    }

    /**
     * The same, beginning elsewhere.
     *
     * @since 1.0
     */
    public DispatcherSpec withStart(StartFrom newStart) {
        return new DispatcherSpec(name, topics, batching, newStart, lag);
    }

    /**
     * The same with another limit.
     *
     * @since 1.0
     */
    public DispatcherSpec withLag(LagLimit newLag) {
        return new DispatcherSpec(name, topics, batching, start, newLag);
    }
}
