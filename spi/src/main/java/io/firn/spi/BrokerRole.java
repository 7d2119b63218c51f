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
    REPLICA
}
