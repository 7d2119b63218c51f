package io.firn.mirror;

import java.time.Duration;
import java.util.List;

/**
 * The client's threads, which are not the broker's and which end a little after the client was shut down: a plugin that is
 * unloaded before would leave them without classes.
 */
final class ClientThreads {

    /** Threads that the broker runs for the plugin; it ends them itself. */
    private static final String OF_BROKER = "firn-";

    private ClientThreads() {}

    /** Waits until none is left, but no longer than that. */
    static void awaitEnd(Duration most) throws InterruptedException {
        long begunNs = System.nanoTime();
        for (Thread thread : left()) {
            Duration rest = most.minusNanos(System.nanoTime() - begunNs);
            if (!rest.isPositive()) {
                return;
            }
            thread.join(rest);
        }
    }

    private static List<Thread> left() {
        ClassLoader own = ClientThreads.class.getClassLoader();
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread != Thread.currentThread())
                .filter(thread -> own.equals(thread.getContextClassLoader())
                        || own.equals(thread.getClass().getClassLoader()))
                .filter(thread -> !thread.getName().startsWith(OF_BROKER))
                .toList();
    }
}
