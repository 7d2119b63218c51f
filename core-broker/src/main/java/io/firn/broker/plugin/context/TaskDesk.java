package io.firn.broker.plugin.context;

import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.ThreadFamily;
import io.firn.spi.PluginScheduler;
import io.firn.spi.PluginTask;
import io.firn.spi.contract.Registration;
import io.firn.spi.metrics.Counter;
import io.firn.spi.metrics.Label;
import io.firn.spi.metrics.MetricRegistry;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Runs a plugin's tasks when they are due: one thread keeps the time, virtual threads do the work, so that a task that
 * waits does not delay another. Any thread.
 */
final class TaskDesk implements PluginScheduler {

    private static final int CONCURRENT = 64;
    private static final int WAITING = 10_000;

    private final PluginRef owner;
    private final String prefix;
    private final ScheduledExecutorService timer;
    private final Executor workers;
    private final Logger logger;
    private final MetricRegistry metrics;
    private final Clock clock;
    /** Tasks that wait for their time. */
    private final Set<Timed> waiting = ConcurrentHashMap.newKeySet();

    private volatile Runnable forget = () -> {};
    private volatile boolean closed;

    private TaskDesk(PluginRef owner, ThreadFamily threads, Clock clock, Logger logger, MetricRegistry metrics) {
        this.owner = owner;
        this.prefix = "firn-plugin-" + owner.id();
        this.clock = clock;
        this.timer = threads.timer("timer");
        this.workers = threads.blocking("task", CONCURRENT, WAITING);
        this.logger = logger;
        this.metrics = metrics;
    }

    /** A desk without tasks; what is due is judged by {@code clock}. */
    static TaskDesk open(PluginRef owner, ThreadFamily threads, Clock clock, Logger logger, MetricRegistry metrics) {
        TaskDesk desk = new TaskDesk(owner, threads, clock, logger, metrics);
        desk.forget = clock.onMove(desk::lookAgain);
        return desk;
    }

    /** The clock was moved: what waits has less time left than the timer knows. */
    private void lookAgain() {
        waiting.forEach(Timed::restart);
    }

    @Override
    public Registration once(String name, Duration delay, PluginTask task) {
        if (delay.isNegative()) {
            throw new IllegalArgumentException("task " + name + " can not run " + delay + " from now");
        }
        return started(new Timed(name, task, delay, Repeat.NO), delay);
    }

    @Override
    public Registration repeat(String name, Duration pause, PluginTask task) {
        if (pause.isNegative() || pause.isZero()) {
            throw new IllegalArgumentException("task " + name + " needs a pause of more than 0, not " + pause);
        }
        return started(new Timed(name, task, pause, Repeat.YES), pause);
    }

    private Registration started(Timed timed, Duration delay) {
        if (closed) {
            throw new IllegalStateException("the plugin is stopping: task " + timed.name + " is not taken");
        }
        timed.arm(delay);
        return timed;
    }

    /** No task begins any more. */
    void close() {
        closed = true;
        forget.run();
    }

    private enum Repeat {
        NO,
        YES
    }

    /** One task; its fields are guarded by its monitor. */
    private final class Timed implements Registration, Runnable {

        private final String name;
        private final PluginTask task;
        private final Duration pause;
        private final Repeat repeat;
        private final Counter failures;
        private @Nullable Future<?> next;
        private long dueNanos;
        private boolean cancelled;

        Timed(String name, PluginTask task, Duration pause, Repeat repeat) {
            this.name = name;
            this.task = task;
            this.pause = pause;
            this.repeat = repeat;
            this.failures = metrics.counter("task_failures", "Runs of tasks that failed.", new Label("task", name));
        }

        synchronized void arm(Duration delay) {
            dueNanos = clock.nanos() + delay.toNanos();
            await(delay.toNanos());
        }

        private synchronized void await(long nanos) {
            if (!cancelled && !closed) {
                waiting.add(this);
                next = timer.schedule(this::hand, nanos, TimeUnit.NANOSECONDS);
            }
        }

        /** Waits for what is left until its time, unless that has come. */
        synchronized void restart() {
            if (next != null && next.cancel(false)) {
                await(Math.max(0, dueNanos - clock.nanos()));
            }
        }

        private void hand() {
            waiting.remove(this);
            try {
                workers.execute(this);
            } catch (RejectedExecutionException e) {
                failures.increment();
                logger.warn("task {} can not run now, too many wait", name, e);
                rearm();
            }
        }

        private void rearm() {
            if (repeat == Repeat.YES) {
                arm(pause);
            }
        }

        @Override
        public void run() {
            synchronized (this) {
                if (cancelled || closed) {
                    return;
                }
            }
            Thread thread = Thread.currentThread();
            String usual = thread.getName();
            thread.setName(prefix + "-" + name);
            try {
                task.run();
            } catch (Throwable e) { // a guard: what a plugin throws ends here
                failures.increment();
                Faults.tell(owner, "task " + name, e);
                logger.error("task {} failed", name, e);
            } finally {
                thread.setName(usual);
                rearm();
            }
        }

        @Override
        public synchronized void close() {
            cancelled = true;
            waiting.remove(this);
            if (next != null) {
                next.cancel(false);
            }
        }
    }
}
