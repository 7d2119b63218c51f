package io.firn.compaction.queue;

import io.firn.compaction.store.CompactedQueue;
import java.io.IOException;

/** Fills a queue that is opened for the first time with what somebody else has compacted. */
@FunctionalInterface
public interface QueueImport {

    /** Nobody else was here. */
    QueueImport NONE = (queue, until) -> {};

    /**
     * Puts records into a queue that is empty; nobody reads it yet. Throws when there are some and they cannot be used: the
     * queue then stays closed, as what it could show would not be all.
     *
     * @param until the first queue offset that the commit log has
     */
    void into(CompactedQueue queue, long until) throws IOException;
}
