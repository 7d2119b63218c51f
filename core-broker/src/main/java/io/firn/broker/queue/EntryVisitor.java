package io.firn.broker.queue;

/** Is shown the entries of a queue. */
@FunctionalInterface
public interface EntryVisitor {

    /**
     * One entry.
     *
     * @param offset its place in the queue
     * @param position log position of the record
     * @param size bytes of the record
     * @param tagsCode hash of the tags; due time in ms in the queues of delayed messages
     * @return whether more are wanted
     */
    boolean see(long offset, long position, int size, long tagsCode);
}
