package io.firn.spi.dispatch;

import io.firn.spi.contract.ProvidedByBroker;

/**
 * How far a dispatcher has come, kept by the broker over restarts. One per dispatcher, valid until the plugin stops; any
 * thread; does not block.
 *
 * @since 1.0
 */
@ProvidedByBroker
public interface Progress {

    /**
     * Says that what lies below {@code position} is safe with the plugin and need not be shown again. Idempotent: a
     * position at or below an earlier one changes nothing. The broker has it on disk within a second, and at stop; after
     * a crash it shows again what it does not know to be durable.
     *
     * @param position at most the end of the last batch that was given
     * @throws IllegalArgumentException when it is beyond
     * @since 1.0
     */
    void durableUpTo(long position);

    /**
     * The highest position that was called durable, or where the dispatcher began.
     *
     * @since 1.0
     */
    long durable();
}
