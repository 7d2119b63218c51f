package io.firn.broker.queue;

/**
 * Where a queue lies.
 *
 * @param firstOffset the offset its oldest file starts with
 * @param maxOffset the offset of its next message
 * @param endPosition log position behind its last record; 0 when it has none
 */
record QueueEnd(long firstOffset, long maxOffset, long endPosition) {

    /** A queue that never had a message. */
    static final QueueEnd NEW = new QueueEnd(0, 0, 0);
}
