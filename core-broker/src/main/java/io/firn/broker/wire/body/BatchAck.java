package io.firn.broker.wire.body;

import com.fasterxml.jackson.annotation.JsonAlias;
import org.jspecify.annotations.Nullable;

/**
 * Acknowledged messages of one popped batch.
 *
 * @param c group
 * @param t topic, without the decoration of its retry topics
 * @param r 0 for the topic itself, 1 and 2 for its retry topics
 * @param so offset the batch starts at
 * @param q queue
 * @param rq queue of the revive log
 * @param pt when it was popped, ms since the epoch
 * @param it for how long it is invisible, ms
 * @param b bits counted from {@code so}, lowest first: Base64 of their bytes; an array of bytes from old clients
 */
public record BatchAck(
        @JsonAlias("consumerGroup") String c,
        @JsonAlias("topic") String t,
        @JsonAlias("retry") String r,
        @JsonAlias("startOffset") long so,
        @JsonAlias("queueId") int q,
        @JsonAlias("reviveQueueId") int rq,
        @JsonAlias("popTime") long pt,
        @JsonAlias("invisibleTime") long it,
        @JsonAlias("bitSet") @Nullable Object b) {
    public BatchAck {
        c = Absent.text(c);
        t = Absent.text(t);
        r = Absent.text(r);
    }
}
