package io.firn.tableview;

/** How far a queue is read. The table's thread changes it, all may read it. */
final class QueueProgress {

    private final TableQueue queue;
    private final long barrier;
    private volatile long next;

    /** Reads on from {@code next}; the table is ready when that is {@code barrier}. */
    QueueProgress(TableQueue queue, long next, long barrier) {
        this.queue = queue;
        this.next = next;
        this.barrier = barrier;
    }

    TableQueue queue() {
        return queue;
    }

    /** The first offset not read. */
    long next() {
        return next;
    }

    void goTo(long offset) {
        next = offset;
    }

    /** Whether all is read that was there at the start. */
    boolean hasCaughtUp() {
        return next >= barrier;
    }
}
