package io.firn.broker.log;

import io.firn.broker.runtime.Agent;
import io.firn.broker.runtime.Clock;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Those who wait for the disk, in order of arrival, hence of deadline and very nearly of position. The flusher answers
 * when a force has passed them. A second agent, {@code firn-log-deadlines}, answers those whose time is up, because the
 * flusher itself is stuck in the force that takes too long; it is parked while nobody waits. Whoever claims a waiter
 * first answers it.
 */
final class FlushQueue implements Agent {

    private final Clock clock;
    private final long timeoutNanos;
    private final LogMetrics metrics;
    private final Queue<Waiting> waiting = new ConcurrentLinkedQueue<>();
    /** False while the deadlines' agent wants to hear of the next one who waits; written by both sides. */
    private volatile boolean watched;

    FlushQueue(Clock clock, long timeoutNanos, LogMetrics metrics) {
        this.clock = clock;
        this.timeoutNanos = timeoutNanos;
        this.metrics = metrics;
    }

    /** Adds one who waits; true when the deadlines' agent has to be woken. Any thread. */
    boolean add(long position, FlushWaiter waiter) {
        waiting.add(new Waiting(position, clock.nanos() + timeoutNanos, waiter));
        boolean wake = !watched;
        watched = true;
        return wake;
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Answers all at the head whose position is below or at {@code flushed}; returns how many. */
    int reached(long flushed) {
        int answered = 0;
        for (Waiting head = waiting.peek(); head != null && head.isOver(flushed); head = waiting.peek()) {
            if (take(head)) {
                head.waiter.flushed();
                answered++;
            }
        }
        return answered;
    }

    /** Answers all with a failure. */
    void fail(Throwable cause) {
        for (Waiting head = waiting.peek(); head != null; head = waiting.peek()) {
            if (take(head)) {
                head.waiter.failed(cause);
            }
        }
    }

    /** Answers those whose time is up. */
    @Override
    public int doWork() {
        if (waiting.isEmpty()) {
            watched = false;
            // who was added before the line above has not seen it
            if (waiting.isEmpty()) {
                return 0;
            }
            watched = true;
        }
        int answered = 0;
        long now = clock.nanos();
        for (Waiting head = waiting.peek(); head != null && head.deadlineNanos - now <= 0; head = waiting.peek()) {
            if (take(head)) {
                metrics.flushTimeouts.increment();
                head.waiter.timedOut();
                answered++;
            }
        }
        return answered;
    }

    private boolean take(Waiting head) {
        waiting.remove(head);
        return head.claimed.compareAndSet(false, true);
    }

    @Override
    public String roleName() {
        return "firn-log-deadlines";
    }

    @Override
    public long idleNanos() {
        @Nullable Waiting head = waiting.peek();
        return head == null ? Long.MAX_VALUE : Math.max(0, head.deadlineNanos - clock.nanos());
    }

    private static final class Waiting {

        private final long position;
        private final long deadlineNanos;
        private final FlushWaiter waiter;
        private final AtomicBoolean claimed = new AtomicBoolean();

        Waiting(long position, long deadlineNanos, FlushWaiter waiter) {
            this.position = position;
            this.deadlineNanos = deadlineNanos;
            this.waiter = waiter;
        }

        boolean isOver(long flushed) {
            return position <= flushed || claimed.get();
        }
    }
}
