package io.firn.broker.transaction;

import io.firn.broker.record.MessageSource;
import java.util.concurrent.CompletableFuture;

/** What this room needs of whoever stores messages. Any thread. */
public interface Appends {

    /**
     * Where a record went.
     *
     * @param position log position
     * @param endPosition log position behind it
     * @param queueOffset offset in its queue
     * @param storeTimestamp ms since the epoch
     */
    record Appended(long position, long endPosition, long queueOffset, long storeTimestamp) {}

    /**
     * Stores a committed message in its real queue, past the hooks of its topic. {@code message} lasts.
     *
     * @return mostly done already; fails when the message is not stored
     */
    CompletableFuture<Appended> deliver(MessageSource message);

    /**
     * Stores a record of this room, which no hook sees.
     *
     * @throws RuntimeException when it is not stored: the disk, or a broker that takes no messages
     */
    Appended own(MessageSource message);
}
