package io.firn.spi.read;

import io.firn.spi.contract.ProvidedByBroker;
import io.firn.spi.message.FrameView;

/**
 * Walks messages where they are stored. What is not asked for is not read: a walk over headers and properties leaves
 * bodies alone. Belongs to the thread that opened it; has to be closed.
 *
 * @since 1.0
 */
@ProvidedByBroker
public interface FrameCursor extends AutoCloseable {

    /**
     * Moves to the next message. May block on a page fault.
     *
     * @return false at the end
     * @throws DamagedStoreException when there are bytes here that are not a message
     * @since 1.0
     */
    boolean next();

    /**
     * The message; the same view each time, valid until the next call of {@link #next} or {@link #close}.
     *
     * @throws IllegalStateException when {@link #next} was not called or gave false
     * @since 1.0
     */
    FrameView frame();

    /**
     * Gives back what it holds; frames must not be touched afterwards. Idempotent.
     *
     * @since 1.0
     */
    @Override
    void close();
}
