package io.firn.broker.runtime;

import java.util.Arrays;

/**
 * Wake-ups put off until a thread has done all the work it has at hand: whoever was given work a hundred times in one
 * batch is woken once. Outside of a batch nothing is put off. One per thread; owner: that thread.
 */
public final class WorkBatch {

    private static final ThreadLocal<WorkBatch> OF_THREAD = ThreadLocal.withInitial(WorkBatch::new);

    private Runnable[] putOff = new Runnable[4];
    private int count;
    private boolean open;

    private WorkBatch() {}

    /** The calling thread's. */
    public static WorkBatch ofThread() {
        return OF_THREAD.get();
    }

    /** From here on wake-ups wait for {@link #end()}. Again before the end: nothing changes. */
    public void begin() {
        open = true;
    }

    /** Runs what was put off. Without a beginning: nothing happens. */
    public void end() {
        open = false;
        while (count > 0) {
            putOff[--count].run();
        }
    }

    /**
     * Runs {@code wake} when the batch ends, or now when there is none.
     *
     * @param wake must neither block nor fail; what is equal is put off once only
     */
    public void atEnd(Runnable wake) {
        if (!open) {
            wake.run();
            return;
        }
        for (int i = 0; i < count; i++) {
            if (putOff[i].equals(wake)) {
                return;
            }
        }
        if (count == putOff.length) {
            putOff = Arrays.copyOf(putOff, count * 2);
        }
        putOff[count++] = wake;
    }
}
