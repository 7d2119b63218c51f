package io.firn.broker.timer;

import io.firn.broker.record.MessageSource;
import java.util.concurrent.CompletableFuture;

/** Stores messages. The port of this room towards those who can; what can not be stored now is thrown. Any thread. */
public interface Appends {

    /**
     * Stores a message that is due in its own queue; it is read before this returns.
     *
     * @return completes, on any thread, with the log position behind it
     * @throws io.firn.broker.wire.RequestException when it is refused, as producers are told
     * @throws io.firn.broker.runtime.BusyException when it may be possible later
     * @throws io.firn.broker.runtime.StorageException when the log does not take it now
     * @throws IllegalArgumentException when there can be no such queue
     */
    CompletableFuture<Long> deliver(MessageSource message);

    /** Stores a record of this room's own; returns a log position in it. Throws as {@link #deliver}. */
    long own(MessageSource message);
}
