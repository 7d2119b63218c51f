package io.firn.broker.queue;

import io.firn.broker.log.Checkpoint;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.StorageException;
import java.time.Duration;

/**
 * Brings queues and key index to the disk and only then lets the checkpoint say so: what the checkpoint claims to be
 * dispatched is found again after a power cut. What is not forced is lost by a power cut only until the next start,
 * which builds it again from the log. Used by the housekeeper; closed after the dispatcher, before queues and index.
 */
public final class QueueForcer implements AutoCloseable {

    /** How long one call may hold up the housekeeper, but for the file that is being forced. */
    private static final Duration STEP = Duration.ofMillis(100);
    /** How long a stop may take; what is left then is built again if the machine goes down too. */
    private static final Duration LAST_STEP = Duration.ofMillis(800);

    private final ConsumeQueues queues;
    private final KeyIndex index;
    private final Checkpoint checkpoint;
    private final long intervalNanos;
    private final Clock clock;

    private boolean passing;
    /** What the checkpoint will say when the current pass is done. */
    private long passPosition;

    private long passTimeMs;
    private long nextPassNanos;
    /** After a failed force the disk may have lost what it was given: nothing is claimed any more in this run. */
    private boolean failed;

    public QueueForcer(ConsumeQueues queues, KeyIndex index, Checkpoint checkpoint, QueueConfig config, Clock clock) {
        this.queues = queues;
        this.index = index;
        this.checkpoint = checkpoint;
        this.intervalNanos = config.forceInterval().toNanos();
        this.clock = clock;
        this.nextPassNanos = clock.nanos();
    }

    /**
     * Forces some of what changed, when the last time is long enough ago. Called about every second.
     *
     * @throws StorageException when the disk fails; the checkpoint does not move any more in this run
     */
    public synchronized void forceWhenDue() {
        if (!passing && clock.nanos() - nextPassNanos >= 0) {
            beginPass();
        }
        if (passing) {
            step(STEP);
        }
    }

    /** Forces all that is dispatched now. Blocks on the disk, with thousands of queues for seconds. */
    public synchronized void forceNow() {
        finishPass();
        beginPass();
        finishPass();
    }

    /** Forces what can be forced in a short time. */
    @Override
    public synchronized void close() {
        if (!passing) {
            beginPass();
        }
        step(LAST_STEP);
        if (!passing) {
            // a pass that was under way is done: another one takes in what came since
            beginPass();
            step(LAST_STEP);
        }
    }

    private void finishPass() {
        while (passing) {
            step(Duration.ofDays(1));
        }
    }

    private void beginPass() {
        if (failed || queues.forced().get() == queues.dispatched().get()) {
            return;
        }
        // the time before the position: it must not be that of a later record
        passTimeMs = queues.dispatchedTimeMs();
        passPosition = queues.dispatched().get();
        queues.changed().beginPass();
        index.changed().beginPass();
        passing = true;
    }

    private void step(Duration time) {
        if (!passing) {
            return;
        }
        // until the opposite is known
        failed = true;
        passing = false;
        long deadline = clock.nanos() + time.toNanos();
        boolean done =
                queues.changed().force(clock, deadline) && index.changed().force(clock, deadline);
        failed = false;
        passing = !done;
        if (done) {
            endPass();
        }
    }

    private void endPass() {
        queues.forcedUpTo(passPosition);
        checkpoint.dispatched(passPosition, passTimeMs);
        checkpoint.indexed(passTimeMs);
        checkpoint.write();
        nextPassNanos = clock.nanos() + intervalNanos;
    }
}
