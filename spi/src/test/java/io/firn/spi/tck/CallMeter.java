package io.firn.spi.tck;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;

/** What calls on the current thread cost, by the JVM's own count, so that no test asserts wall time. */
final class CallMeter {

    private static final int WARM_UP = 20_000;
    private static final int CALLS = 20_000;

    private CallMeter() {}

    /** How often the current thread slept, parked, waited or met a held lock while {@code call} ran. */
    static long waits(Runnable call) {
        long before = waits();
        call.run();
        return waits() - before;
    }

    /** Bytes that one call allocates, rounded down; the first calls, which load classes, do not count. */
    static long bytesPerCall(Runnable call) {
        repeat(call, WARM_UP);
        com.sun.management.ThreadMXBean threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        repeat(call, CALLS);
        return (threads.getCurrentThreadAllocatedBytes() - before) / CALLS;
    }

    private static void repeat(Runnable call, int times) {
        for (int i = 0; i < times; i++) {
            call.run();
        }
    }

    private static long waits() {
        ThreadInfo now = ManagementFactory.getThreadMXBean()
                .getThreadInfo(Thread.currentThread().threadId());
        return now.getWaitedCount() + now.getBlockedCount();
    }
}
