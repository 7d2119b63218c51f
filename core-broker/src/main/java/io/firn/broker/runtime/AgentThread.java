package io.firn.broker.runtime;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one {@link Agent} on one named daemon thread: duty cycles while there is work, parked while there is none.
 * Whoever hands the agent work makes that work visible first and then calls {@link #wake()}.
 */
public final class AgentThread implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(AgentThread.class);
    /** After a failing duty cycle the thread pauses, so that a lasting fault does not spin. */
    private static final long FAULT_PAUSE_NANOS = 100_000_000L;

    private static final Duration FOREVER = Duration.ofDays(10_000);

    private final Agent agent;
    private final FaultHandler faults;
    private final Thread thread;
    /** Set by the agent thread before it parks, cleared by whoever wakes it. */
    private volatile boolean parked;

    private volatile boolean closing;

    private AgentThread(Agent agent, FaultHandler faults) {
        this.agent = agent;
        this.faults = faults;
        this.thread = Thread.ofPlatform().daemon().name(agent.roleName()).unstarted(this::run);
    }

    /** Starts the thread. */
    public static AgentThread start(Agent agent, FaultHandler faults) {
        AgentThread started = new AgentThread(agent, faults);
        started.thread.start();
        return started;
    }

    /** Makes the agent look for work. Any thread; one volatile read when the agent is busy. */
    public void wake() {
        if (parked) {
            parked = false;
            LockSupport.unpark(thread);
        }
    }

    /** Whether the caller is the agent's own thread, for {@code assert}. */
    public boolean isOwner() {
        return Thread.currentThread() == thread;
    }

    /** Ends the current duty cycle, runs {@link Agent#onClose()} on the agent's thread and waits for it. Idempotent. */
    @Override
    public void close() {
        closeWithin(FOREVER);
    }

    /** As {@link #close()}, but waits no longer; false when the thread goes on: it ends when its agent comes back. */
    public boolean closeWithin(Duration limit) {
        closing = true;
        LockSupport.unpark(thread);
        long began = System.nanoTime();
        boolean interrupted = false;
        long left = limit.toNanos();
        while (thread.isAlive() && !isOwner() && left > 0) {
            try {
                thread.join(Duration.ofNanos(left));
            } catch (InterruptedException e) {
                interrupted = true;
            }
            left = limit.toNanos() - (System.nanoTime() - began);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return !thread.isAlive();
    }

    private void run() {
        while (!closing) {
            dutyCycle();
        }
        try {
            agent.onClose();
        } catch (Exception | Error e) {
            faults.onFault(agent.roleName(), e);
        }
        LOG.debug("{} ended", agent.roleName());
    }

    private void dutyCycle() {
        try {
            if (agent.doWork() > 0) {
                return;
            }
            parked = true;
            // work handed over between the last look and the line above has seen parked == false: look again
            if (agent.doWork() == 0 && parked && !closing) {
                park(agent.idleNanos());
            }
        } catch (Exception | Error e) {
            faults.onFault(agent.roleName(), e);
            LockSupport.parkNanos(this, FAULT_PAUSE_NANOS);
        } finally {
            parked = false;
        }
    }

    private void park(long nanos) {
        if (nanos == Long.MAX_VALUE) {
            LockSupport.park(this);
        } else if (nanos > 0) {
            LockSupport.parkNanos(this, nanos);
        }
    }
}
