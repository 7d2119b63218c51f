package io.firn.spi;

/**
 * What a broker is to the others of its name.
 *
 * @since 1.0
 */
public enum BrokerRole {
    /** It takes messages. */
    PRIMARY,
    /** It follows the primary's log. */
    REPLICA,
    /**
     * It has no messages and takes none: plugins serve what the primary archived, and change nothing that is the primary's.
     * Topics, groups and offsets are what they tell it by {@code follow}.
     */
    READER
}
