package io.firn.broker.pop;

import io.firn.broker.record.MessageSource;
import java.util.concurrent.CompletableFuture;

/**
 * The port through which this room stores messages: what is to be delivered again, and entries of the revive log.
 * Implemented by whoever owns the path into the log.
 */
@FunctionalInterface
public interface Outlet {

    /**
     * Stores a message in the queue it names and completes with the log position behind it. What can not be stored now is
     * thrown, or fails the future, as a {@link RuntimeException}. The message is read before the call returns.
     */
    CompletableFuture<Long> store(MessageSource message);
}
