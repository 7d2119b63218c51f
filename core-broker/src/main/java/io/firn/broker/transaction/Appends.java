package io.firn.broker.transaction;

import io.firn.broker.record.MessageSource;
import java.util.concurrent.CompletableFuture;

/** What this room needs of whoever stores messages. Any thread. */
public interface Appends {

    /**
     * Where a record went.
     *
     * @param position log position
     * @param queueOffset offset in its queue
     */
    record Appended(long position, long queueOffset) {}

    /**
     * Stores a committed message in its real queue, past the hooks of its topic. {@code message} is read before this
     * returns.
     *
     * @return mostly done already: the log position behind it; fails when the message is not stored
     * @throws RuntimeException when it is not stored
     */
    CompletableFuture<Long> deliver(MessageSource message);

    /**
     * Stores a record of this room, which no hook sees.
     *
     * @throws RuntimeException when it is not stored: the disk, or a broker that takes no messages
     */
    Appended own(MessageSource message);
}
