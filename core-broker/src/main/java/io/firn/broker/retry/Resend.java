package io.firn.broker.retry;

import io.firn.broker.record.MessageSource;
import io.firn.spi.put.PutOrigin;
import java.util.concurrent.CompletableFuture;

/** Stores messages as if they were sent. The port of this room towards those who store messages. */
@FunctionalInterface
public interface Resend {

    /**
     * Stores a message, later when it asks for that.
     *
     * @return completes, on any thread, with the log position behind it once it is as safe as producers are promised
     * @throws RuntimeException as producers get it
     */
    CompletableFuture<Long> send(MessageSource message, PutOrigin origin);
}
