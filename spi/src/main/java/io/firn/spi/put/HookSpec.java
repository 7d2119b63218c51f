package io.firn.spi.put;

import io.firn.spi.topic.TopicSelector;

/**
 * Where a put hook stands. Immutable.
 *
 * @param name unique within the plugin; shown in chains and metrics; lower-case letters, digits and dashes
 * @param phase when it runs
 * @param priority within the phase, higher first
 * @param onFailure what becomes of the message when the hook fails
 * @param topics whose messages it sees
 * @since 1.0
 */
public record HookSpec(String name, Phase phase, int priority, OnFailure onFailure, TopicSelector topics) {

    /**
     * Checks the components.
     *
     * @throws IllegalArgumentException when the name has other characters or none
     * @since 1.0
     */
    public HookSpec {
        if (!name.matches("[a-z0-9][a-z0-9-]*")) {
            throw new IllegalArgumentException("a hook's name has lower-case letters, digits, dashes: '" + name + "'");
        }
    }

    /**
     * Priority 0, all topics but the broker's own, and what the phase usually does on failure.
     *
     * @throws IllegalArgumentException when the name has other characters or none
     * @since 1.0
     */
    public static HookSpec of(String name, Phase phase) {
        return new HookSpec(name, phase, 0, phase.usualOnFailure(), TopicSelector.all());
    }

    /**
     * The same with another priority, higher first.
     *
     * @since 1.0
     */
    public HookSpec withPriority(int newPriority) {
        return new HookSpec(name, phase, newPriority, onFailure, topics);
    }

    /**
     * The same with another reaction to failure.
     *
     * @since 1.0
     */
    public HookSpec withOnFailure(OnFailure newOnFailure) {
        return new HookSpec(name, phase, priority, newOnFailure, topics);
    }

    /**
     * The same for other topics.
     *
     * @since 1.0
     */
    public HookSpec withTopics(TopicSelector newTopics) {
        return new HookSpec(name, phase, priority, onFailure, newTopics);
    }
}
