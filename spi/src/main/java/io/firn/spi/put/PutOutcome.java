package io.firn.spi.put;

import io.firn.spi.contract.ProvidedByBroker;

/**
 * What became of a message that a hook let pass. A flyweight like {@link PutView}: valid only until the hook returns.
 *
 * @since 1.0
 */
@ProvidedByBroker
public interface PutOutcome {

    /**
     * What became of it.
     *
     * @since 1.0
     */
    enum Status {
        /** It is in the log; not yet flushed or replicated, perhaps. */
        APPENDED,
        /** A later hook, or another message of its batch, had it refused. */
        REFUSED,
        /** The log could not take it. */
        FAILED
    }

    /**
     * What became of it.
     *
     * @since 1.0
     */
    Status status();

    /**
     * Where it stands in the log; -1 unless appended.
     *
     * @since 1.0
     */
    long position();

    /**
     * Its index in the queue; -1 unless appended into its queue: not while it waits elsewhere for its time.
     *
     * @since 1.0
     */
    long queueOffset();
}
