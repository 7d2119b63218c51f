package io.firn.broker.runtime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads of code that is not ours: all are daemons named {@code <prefix>-<role>-<n>}, have the same context class
 * loader and thread group (which threads they start inherit), and end together. Any thread may ask for one.
 */
public final class ThreadFamily implements AutoCloseable {

    private static final long IDLE_SECONDS = 60;
    private static final int STACK_LINES = 12;

    private final String prefix;
    private final ClassLoader contextLoader;
    private final Runnable first;
    private final ThreadGroup group;
    private final Queue<ExecutorService> executors = new ConcurrentLinkedQueue<>();
    private final AtomicInteger count = new AtomicInteger();

    private ThreadFamily(String prefix, ClassLoader contextLoader, Runnable first) {
        this.prefix = prefix;
        this.contextLoader = contextLoader;
        this.first = first;
        this.group = new ThreadGroup(prefix);
    }

    /** A family without threads yet; each thread begins with {@code first}. */
    public static ThreadFamily open(String prefix, ClassLoader contextLoader, Runnable first) {
        return new ThreadFamily(prefix, contextLoader, first);
    }

    /**
     * Runs work on a thread of its own and waits for it. The caller's thread is never the one that gets stuck.
     *
     * @throws TimeoutException when it takes longer; its message tells where the thread stands, which is interrupted and
     *     otherwise left alone
     * @throws ExecutionException with what the work threw
     */
    public <T> T call(String role, Duration limit, Callable<T> work) throws TimeoutException, ExecutionException {
        FutureTask<T> task = new FutureTask<>(work);
        Thread thread = platform(role, task);
        thread.start();
        try {
            return task.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            String where = position(thread);
            task.cancel(true);
            TimeoutException failure = new TimeoutException(
                    "not done after " + limit.toMillis() + " ms; " + thread.getName() + " stands at " + where);
            failure.initCause(e);
            throw failure;
        } catch (InterruptedException e) {
            task.cancel(true);
            Thread.currentThread().interrupt();
            throw new ExecutionException("interrupted while waiting for " + thread.getName(), e);
        }
    }

    private static String position(Thread thread) {
        List<String> lines = Arrays.stream(thread.getStackTrace())
                .limit(STACK_LINES)
                .map(StackTraceElement::toString)
                .toList();
        return lines.isEmpty() ? "its end" : String.join(" < ", lines);
    }

    /** One thread that runs what is due; started by the first task. */
    public ScheduledExecutorService timer(String role) {
        ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> platform(role, task));
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executors.add(timer);
        return timer;
    }

    /** Up to {@code threads} virtual threads for work that blocks; full is a {@link RejectedExecutionException}. */
    public Executor blocking(String role, int threads, int queueLimit) {
        ThreadFactory virtual = task -> Thread.ofVirtual()
                .name(prefix + "-" + role + "-" + count.incrementAndGet())
                .unstarted(() -> {
                    Thread.currentThread().setContextClassLoader(contextLoader);
                    first.run();
                    task.run();
                });
        return pool(role, virtual, threads, queueLimit);
    }

    /** One thread on which tasks run one by one, in order. */
    public Executor sequence(String role, int queueLimit) {
        return pool(role, task -> platform(role, task), 1, queueLimit);
    }

    private Executor pool(String role, ThreadFactory factory, int threads, int queueLimit) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                threads,
                threads,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(queueLimit),
                factory,
                (task, full) -> {
                    String why = full.isShutdown() ? " is closed" : " is full: " + queueLimit + " tasks wait";
                    throw new RejectedExecutionException(prefix + "-" + role + why);
                });
        pool.allowCoreThreadTimeOut(true);
        executors.add(pool);
        return pool;
    }

    private Thread platform(String role, Runnable task) {
        Thread thread = Thread.ofPlatform()
                .daemon()
                .group(group)
                .name(prefix + "-" + role + "-" + count.incrementAndGet())
                .unstarted(() -> {
                    first.run();
                    task.run();
                });
        thread.setContextClassLoader(contextLoader);
        return thread;
    }

    /**
     * Live platform threads of the family, threads that its members started included, and those that others gave its
     * context class loader. A snapshot.
     */
    public List<Thread> live() {
        List<Thread> found = new ArrayList<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            ThreadGroup of = thread.getThreadGroup();
            boolean ours = contextLoader.equals(thread.getContextClassLoader())
                    || contextLoader.equals(thread.getClass().getClassLoader())
                    || (of != null && group.parentOf(of));
            if (ours && thread.isAlive()) {
                found.add(thread);
            }
        }
        return found;
    }

    /** What {@link #live} threads do, after waiting up to {@code limit} for them to end: name, state, place. */
    public List<String> leftovers(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        List<String> found = new ArrayList<>();
        for (Thread thread : live()) {
            try {
                if (thread != Thread.currentThread()
                        && !thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())))) {
                    found.add("thread " + thread.getName() + " (" + thread.getState() + ") at " + position(thread));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                found.add("thread " + thread.getName());
            }
        }
        return found;
    }

    /**
     * Drops what waits, interrupts what runs, and waits up to {@code limit} for the executors to end.
     *
     * @return those that did not end
     */
    public List<String> shutdown(Duration limit) {
        executors.forEach(ExecutorService::shutdownNow);
        long deadline = System.nanoTime() + limit.toNanos();
        List<String> stuck = new ArrayList<>();
        for (ExecutorService executor : executors) {
            try {
                if (!executor.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                    stuck.add(executor.toString());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                stuck.add(executor.toString());
            }
        }
        return stuck;
    }

    /** {@link #shutdown} without waiting. */
    @Override
    public void close() {
        executors.forEach(ExecutorService::shutdownNow);
    }
}
