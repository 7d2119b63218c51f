package io.firn.broker.plugin.read;

import io.firn.broker.runtime.ThreadFamily;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Runs what is due: deadlines of reads, and the end of holds. One thread, {@code firn-plugin-reads-deadlines-1}, that is
 * started by the first read; what runs on it must not block. Any thread.
 */
final class ReadTimer implements AutoCloseable {

    private final ThreadFamily family =
            ThreadFamily.open("firn-plugin-reads", ReadTimer.class.getClassLoader(), () -> {});
    private final ScheduledExecutorService timer = family.timer("deadlines");

    /** Runs the task after the delay; at once when the timer is closed. Returns what forgets it. */
    Runnable after(Duration delay, Runnable task) {
        try {
            var scheduled = timer.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
            return () -> scheduled.cancel(false);
        } catch (RejectedExecutionException e) {
            task.run();
            return () -> {};
        }
    }

    @Override
    public void close() {
        family.close();
    }
}
