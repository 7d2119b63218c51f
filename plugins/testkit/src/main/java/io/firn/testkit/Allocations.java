package io.firn.testkit;

import io.firn.spi.fake.FakePutMessage;
import io.firn.spi.put.PutMessageHook;
import java.lang.management.ManagementFactory;

/** Asserts what calls allocate on the heap, by the JVM's own count of this thread's bytes, after a warm-up. */
public final class Allocations {

    private static final int WARM_UP = 20_000;
    private static final int CALLS = 20_000;

    private Allocations() {}

    /** A put hook must let this message pass without allocating: it is shown millions of them a second. */
    public static void assertNoAllocation(PutMessageHook hook, FakePutMessage message) {
        assertNoAllocation("the hook", () -> {
            message.lend();
            try {
                hook.beforePut(message);
            } finally {
                message.takeBack();
            }
        });
    }

    /** {@code call} allocates nothing; {@code what} names it. */
    public static void assertNoAllocation(String what, Runnable call) {
        long bytes = bytesPerCall(call);
        if (bytes > 0) {
            throw new AssertionError(what + " allocates " + bytes + " bytes a call");
        }
    }

    /** Bytes that one call allocates, rounded down; the first calls, which load classes, do not count. */
    public static long bytesPerCall(Runnable call) {
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
}
