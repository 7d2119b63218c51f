package io.firn.broker.runtime;

import java.time.Duration;
import java.util.PriorityQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * One thread that runs posted tasks one by one, in order, and periodic tasks when they are due. The broker has two:
 * {@code firn-control} owns topics and groups and never blocks; {@code firn-housekeeper} does the disk's chores.
 */
public final class TaskAgent implements Executor, AutoCloseable {

    private static final int DRAIN_LIMIT = 64;

    /** In place of a period. */
    private static final long ONCE = -1;

    private final Duty duty;
    private final AgentThread thread;
    private final Runnable forget;

    private TaskAgent(Duty duty, FaultHandler faults) {
        this.duty = duty;
        this.thread = AgentThread.start(duty, faults);
        this.forget = duty.clock.onMove(thread::wake);
    }

    /** Starts the thread {@code roleName}; at most {@code capacity} tasks wait. */
    public static TaskAgent start(String roleName, int capacity, Clock clock, FaultHandler faults) {
        return new TaskAgent(new Duty(roleName, capacity, clock, faults), faults);
    }

    /** Posts a task. Any thread; throws {@link BusyException} when too many wait. A failing task is a fault. */
    @Override
    public void execute(Runnable task) {
        if (!duty.mailbox.offer(task)) {
            throw new BusyException(duty.roleName + " is full");
        }
        thread.wake();
    }

    /** Posts a task with a result. The future completes on this agent's thread. */
    public <T> CompletableFuture<T> submit(Supplier<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        execute(() -> {
            try {
                result.complete(task.get());
            } catch (RuntimeException | Error e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    /**
     * Runs {@code task} every {@code period} on this thread, first after one period, until what this returns is closed,
     * which waits for a run under way, or this agent is.
     */
    public Schedule every(Duration period, Runnable task) {
        Periodic scheduled = new Periodic(duty.clock.nanos() + period.toNanos(), period.toNanos(), task);
        execute(() -> duty.periodic.add(scheduled));
        return () -> submit(scheduled::end).join();
    }

    /** Runs {@code task} once on this thread, after {@code delay}; not any more when this agent closes before. */
    public void after(Duration delay, Runnable task) {
        Periodic once = new Periodic(duty.clock.nanos() + delay.toNanos(), ONCE, task);
        execute(() -> duty.periodic.add(once));
    }

    /** A periodic task. */
    @FunctionalInterface
    public interface Schedule extends AutoCloseable {

        /** Ends it: it does not run any more when this returns. Not from the agent's own thread. */
        @Override
        void close();
    }

    /** Whether the caller is this agent's thread, for {@code assert}. */
    public boolean isOwner() {
        return thread.isOwner();
    }

    /** How many tasks wait, for metrics. */
    public int waiting() {
        return duty.mailbox.size();
    }

    /** Runs what was posted so far, then stops. Periodic tasks do not run again. */
    @Override
    public void close() {
        forget.run();
        thread.close();
    }

    /** The agent's state; owner: the agent's thread. */
    private static final class Duty implements Agent {

        private final String roleName;
        private final Clock clock;
        private final FaultHandler faults;
        private final Mailbox<Runnable> mailbox;
        private final PriorityQueue<Periodic> periodic = new PriorityQueue<>();

        Duty(String roleName, int capacity, Clock clock, FaultHandler faults) {
            this.roleName = roleName;
            this.clock = clock;
            this.faults = faults;
            this.mailbox = new Mailbox<>(capacity);
        }

        @Override
        public int doWork() {
            return mailbox.drain(this::runGuarded, DRAIN_LIMIT) + runDue();
        }

        private int runDue() {
            int ran = 0;
            long now = clock.nanos();
            Periodic head = periodic.peek();
            while (head != null && head.dueNanos - now <= 0) {
                periodic.remove();
                if (!head.ended) {
                    if (head.periodNanos != ONCE) {
                        head.dueNanos = now + head.periodNanos;
                        periodic.add(head);
                    }
                    runGuarded(head.task);
                    ran++;
                }
                head = periodic.peek();
            }
            return ran;
        }

        private void runGuarded(Runnable task) {
            try {
                task.run();
            } catch (RuntimeException | Error e) {
                faults.onFault(roleName, e);
            }
        }

        @Override
        public long idleNanos() {
            Periodic head = periodic.peek();
            return head == null ? Long.MAX_VALUE : Math.max(0, head.dueNanos - clock.nanos());
        }

        @Override
        public String roleName() {
            return roleName;
        }

        @Override
        public void onClose() {
            while (mailbox.drain(this::runGuarded, DRAIN_LIMIT) > 0) {
                Thread.onSpinWait();
            }
        }
    }

    /** A task and when it is due; owner: the agent's thread. */
    private static final class Periodic implements Comparable<Periodic> {

        private final long periodNanos;
        private final Runnable task;
        private long dueNanos;
        private boolean ended;

        Periodic(long dueNanos, long periodNanos, Runnable task) {
            this.dueNanos = dueNanos;
            this.periodNanos = periodNanos;
            this.task = task;
        }

        boolean end() {
            ended = true;
            return true;
        }

        @Override
        public int compareTo(Periodic other) {
            return Long.signum(dueNanos - other.dueNanos);
        }
    }
}
