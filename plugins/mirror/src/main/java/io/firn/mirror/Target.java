package io.firn.mirror;

import io.firn.spi.topic.QueueRef;
import java.time.Duration;
import java.util.List;

/** The other cluster. Belongs to the dispatcher's thread, but for {@link #close}, which may come while a call waits. */
interface Target {

    /**
     * Sends messages of one queue, in their order, and waits until the target has acknowledged all of them.
     *
     * @return how many were sent; the others can not be sent by any client
     * @throws Exception when one was not acknowledged: all are to be sent again
     */
    int send(QueueRef queue, List<Stored> messages) throws Exception;

    /** Ends connections and threads; waits for them no longer than {@code grace}. Idempotent. */
    void close(Duration grace) throws InterruptedException;
}
