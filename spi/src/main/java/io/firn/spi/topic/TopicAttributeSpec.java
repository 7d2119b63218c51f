package io.firn.spi.topic;

import java.util.function.Function;

/**
 * A topic attribute that a plugin adds. The broker refuses to create or change a topic whose text for it does not parse,
 * naming the attribute and {@code allowed}. Immutable; any thread.
 *
 * @param name as operators write it, for example {@code compaction.max.lag.ms}; letters, digits, dots and dashes
 * @param parser text to value; throws {@link IllegalArgumentException} for what is not allowed; stateless, called on
 *     broker threads, must not block
 * @param allowed what the parser takes, for people: {@code "0..1"}
 * @param defaultValue for topics that do not set it
 * @param change whether it may be changed on a topic that exists
 * @since 1.0
 */
public record TopicAttributeSpec<T>(
        String name, Function<String, T> parser, String allowed, T defaultValue, Change change) {

    /**
     * Whether an attribute may change after its topic was made.
     *
     * @since 1.0
     */
    public enum Change {
        /** At any time. */
        ALLOWED,
        /** Never: set when the topic is made. */
        REFUSED
    }

    /**
     * Checks the components.
     *
     * @throws IllegalArgumentException when the name has other characters or none
     * @since 1.0
     */
    public TopicAttributeSpec {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9.\\-]*")) {
            throw new IllegalArgumentException(
                    "an attribute's name has letters, digits, dots and dashes: '" + name + "'");
        }
    }

    /**
     * The value of a text.
     *
     * @throws IllegalArgumentException when it is not allowed; names the attribute and what is
     * @since 1.0
     */
    public T parse(String text) {
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + "=" + text + " is not allowed, only " + allowed, e);
        }
    }
}
