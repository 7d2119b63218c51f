package io.firn.broker.log;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The next free offset of one queue. Owner: the append lock, so that offsets of a queue are dense and rise with the
 * position; any thread may read.
 */
public final class QueueTail {

    private static final VarHandle NEXT;

    static {
        try {
            NEXT = MethodHandles.lookup().findVarHandle(QueueTail.class, "next", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private long next;
    /** Under the append lock. */
    private boolean retired;

    /** A queue whose next record gets offset {@code next}. */
    public QueueTail(long next) {
        this.next = next;
    }

    /** The offset the next record will get. */
    public long next() {
        return (long) NEXT.getAcquire(this);
    }

    /** Whether the queue was deleted. Only under the append lock. */
    boolean isRetired() {
        return retired;
    }

    /** Takes no more records. Only under the append lock. */
    void retire() {
        retired = true;
    }

    /** Takes {@code count} offsets. Only under the append lock. */
    void take(int count) {
        NEXT.setRelease(this, next + count);
    }
}
