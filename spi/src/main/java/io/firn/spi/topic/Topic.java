package io.firn.spi.topic;

import java.util.Map;
import java.util.UUID;

/**
 * One topic as it was when asked for. Immutable; any thread; may be kept, and grows stale.
 *
 * @param name not blank
 * @param kind what it is for
 * @param layout queues and permissions
 * @param attributes names without sign, for example {@code cleanup.policy=COMPACTION}; only those that are set
 * @param incarnation differs between a topic and one made under the same name after it was deleted; the broker keeps it
 *     over restarts
 * @since 1.0
 */
public record Topic(String name, TopicKind kind, TopicLayout layout, Map<String, String> attributes, UUID incarnation) {

    /**
     * Checks the components.
     *
     * @throws IllegalArgumentException when the name is blank
     * @since 1.0
     */
    public Topic {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a topic's name is not blank");
        }
        attributes = Map.copyOf(attributes);
    }

    /**
     * The value of an attribute, or its default.
     *
     * @throws IllegalArgumentException when the topic holds a text that the attribute's parser refuses, which the broker
     *     lets happen only for topics older than the attribute
     * @since 1.0
     */
    public <T> T attribute(TopicAttributeSpec<T> attribute) {
        String text = attributes.get(attribute.name());
        return text == null ? attribute.defaultValue() : attribute.parse(text);
    }

    /**
     * Names one of the topic's queues.
     *
     * @throws IllegalArgumentException when the id is negative
     * @since 1.0
     */
    public QueueRef queue(int queueId) {
        return new QueueRef(name, queueId);
    }
}
