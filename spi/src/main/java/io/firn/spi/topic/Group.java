package io.firn.spi.topic;

import java.util.Map;

/**
 * One consumer group as it was when asked for. Immutable; any thread.
 *
 * @param name not blank
 * @param settings as in RocketMQ's {@code subscriptionGroup.json}, values as their JSON text
 * @since 1.0
 */
public record Group(String name, Map<String, String> settings) {

    /**
     * Checks the components.
     *
     * @throws IllegalArgumentException when the name is blank
     * @since 1.0
     */
    public Group {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a group's name is not blank");
        }
        settings = Map.copyOf(settings);
    }
}
