package io.firn.spi.read;

import io.firn.spi.contract.ProvidedByBroker;

/**
 * Walks the entries of a queue without touching the messages. Belongs to the thread that opened it; has to be closed.
 *
 * @since 1.0
 */
@ProvidedByBroker
public interface QueueEntryCursor extends AutoCloseable {

    /**
     * Moves to the next entry that stands for a message. May block on a page fault.
     *
     * @return false at the end
     * @throws DamagedStoreException when the queue's files are damaged here
     * @since 1.0
     */
    boolean next();

    /**
     * Index of the entry in its queue.
     *
     * @throws IllegalStateException when {@link #next} was not called or gave false
     * @since 1.0
     */
    long offset();

    /**
     * Where the message stands in the log.
     *
     * @throws IllegalStateException as {@link #offset}
     * @since 1.0
     */
    long position();

    /**
     * Size of the message's frame in bytes.
     *
     * @throws IllegalStateException as {@link #offset}
     * @since 1.0
     */
    int bytes();

    /**
     * Hash of the message's tag; in the queues of delayed messages the due time in ms.
     *
     * @throws IllegalStateException as {@link #offset}
     * @since 1.0
     */
    long tagsCode();

    /**
     * Gives back what it holds. Idempotent.
     *
     * @since 1.0
     */
    @Override
    void close();
}
