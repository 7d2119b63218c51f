package io.firn.spi.cold;

import io.firn.spi.topic.TopicSelector;

/**
 * Where a cold reader stands. Immutable.
 *
 * @param name unique within the plugin; lower-case letters, digits and dashes
 * @param topics whose queues it is asked for
 * @param priority the highest whose coverage has the offset is asked
 * @since 1.0
 */
public record ColdReaderSpec(String name, TopicSelector topics, int priority) {

    /**
     * Checks the components.
     *
     * @throws IllegalArgumentException when the name has other characters or none
     * @since 1.0
     */
    public ColdReaderSpec {
        if (!name.matches("[a-z0-9][a-z0-9-]*")) {
            throw new IllegalArgumentException(
                    "a cold reader's name has lower-case letters, digits, dashes: '" + name + "'");
        }
    }

    /**
     * Priority 0, all topics, the broker's own too.
     *
     * @throws IllegalArgumentException when the name has other characters or none
     * @since 1.0
     */
    public static ColdReaderSpec of(String name) {
        return new ColdReaderSpec(name, TopicSelector.everything(), 0);
    }
}
