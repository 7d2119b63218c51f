package io.firn.broker.log;

import java.util.Arrays;

/** Who wants to be woken after something was published. Filled while wiring; run on the publishing thread. */
final class Wakes {

    private volatile Runnable[] all = {};

    synchronized void add(Runnable wake) {
        Runnable[] more = Arrays.copyOf(all, all.length + 1);
        more[more.length - 1] = wake;
        all = more;
    }

    void run() {
        for (Runnable wake : all) {
            wake.run();
        }
    }
}
