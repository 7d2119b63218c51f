package io.firn.spi.read;

import io.firn.spi.contract.ProvidedByBroker;
import io.firn.spi.message.FrameView;

/**
 * One message, held in place until closed. Belongs to one thread at a time. A lease that is never closed keeps a whole
 * segment on disk; the broker counts and reports it.
 *
 * @since 1.0
 */
@ProvidedByBroker
public interface MessageLease extends AutoCloseable {

    /**
     * The message; valid until {@link #close}.
     *
     * @throws IllegalStateException when closed
     * @since 1.0
     */
    FrameView frame();

    /**
     * Lets go. Idempotent.
     *
     * @since 1.0
     */
    @Override
    void close();
}
