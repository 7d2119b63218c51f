package io.firn.broker.queue;

/**
 * Where a queue ends.
 *
 * @param maxOffset the offset of its next message
 * @param endPosition log position behind its last record; 0 when it has none
 */
record QueueEnd(long maxOffset, long endPosition) {

    /** A queue that never had a message. */
    static final QueueEnd NEW = new QueueEnd(0, 0);
}
