package io.firn.broker.log;

import io.firn.broker.runtime.WorkBatch;
import java.util.Arrays;

/** Who wants to be woken after something was published. Filled while wiring; run on the publishing thread. */
final class Wakes implements Runnable {

    private volatile Runnable[] all = {};

    synchronized void add(Runnable wake) {
        Runnable[] more = Arrays.copyOf(all, all.length + 1);
        more[more.length - 1] = wake;
        all = more;
    }

    boolean isEmpty() {
        return all.length == 0;
    }

    /** At the end of the thread's batch of work: an io thread that appends a hundred records wakes once. */
    void soon() {
        WorkBatch.ofThread().atEnd(this);
    }

    @Override
    public void run() {
        for (Runnable wake : all) {
            wake.run();
        }
    }
}
