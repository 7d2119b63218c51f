package io.firn.spi.admin;

/**
 * A command for operators: {@code firn plugin <id> <name> --key value}, and the same over HTTP and remoting. Immutable.
 *
 * @param name unique within the plugin; lower-case letters, digits and dashes
 * @param help one sentence
 * @param args a record whose components carry {@link io.firn.spi.config.Key}: bound and checked like a configuration
 * @param effect whether it changes something
 * @since 1.0
 */
public record CommandSpec<A extends Record>(String name, String help, Class<A> args, Effect effect) {

    /**
     * Whether a command changes something.
     *
     * @since 1.0
     */
    public enum Effect {
        /** It only looks. */
        READS,
        /** It changes something: each run is a line in the audit log. */
        CHANGES
    }

    /**
     * Checks the components.
     *
     * @throws IllegalArgumentException when the name has other characters or none
     * @since 1.0
     */
    public CommandSpec {
        if (!name.matches("[a-z0-9][a-z0-9-]*")) {
            throw new IllegalArgumentException(
                    "a command's name has lower-case letters, digits, dashes: '" + name + "'");
        }
    }
}
