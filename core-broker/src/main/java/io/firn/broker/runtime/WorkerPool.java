package io.firn.broker.runtime;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A small bounded pool for work that may block, such as reading old data. Threads are started on demand, named
 * {@code <name>-<n>} and end after a minute without work. A full queue is a {@link BusyException} to the caller.
 */
public final class WorkerPool implements Executor, AutoCloseable {

    private static final long IDLE_SECONDS = 60;
    private static final long CLOSE_SECONDS = 5;

    private final String name;
    private final ThreadPoolExecutor executor;

    private WorkerPool(String name, int threads, int queueLimit) {
        AtomicInteger count = new AtomicInteger();
        this.name = name;
        this.executor = new ThreadPoolExecutor(
                threads,
                threads,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(queueLimit),
                task -> Thread.ofPlatform()
                        .daemon()
                        .name(name + "-" + count.incrementAndGet())
                        .unstarted(task),
                (task, pool) -> {
                    throw new BusyException(name + " is full: " + queueLimit + " tasks wait");
                });
        executor.allowCoreThreadTimeOut(true);
    }

    /** A pool of at most {@code threads} threads with at most {@code queueLimit} waiting tasks. */
    public static WorkerPool open(String name, int threads, int queueLimit) {
        return new WorkerPool(name, threads, queueLimit);
    }

    /** Runs the task on a pool thread. Any thread; throws {@link BusyException} when the queue is full. */
    @Override
    public void execute(Runnable task) {
        executor.execute(task);
    }

    /** How many tasks wait, for metrics. */
    public int waiting() {
        return executor.getQueue().size();
    }

    /** The pool's name, also the prefix of its threads. */
    public String name() {
        return name;
    }

    /** Refuses new tasks and waits up to five seconds for those that run. */
    @Override
    public void close() {
        executor.shutdown();
        try {
            if (!executor.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                executor.shutdownNow();
            }
        } catch (InterruptedException e) {
            executor.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
