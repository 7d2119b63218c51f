package io.firn.broker.queue;

import io.firn.broker.log.Checkpoint;
import io.firn.broker.runtime.Clock;

/**
 * Brings queues and key index to the disk and only then lets the checkpoint say so: what the checkpoint claims to be
 * dispatched is found again after a power cut. Owner: the housekeeper.
 */
public final class QueueForcer {

    /** Forcing takes at most about a tenth of the time. */
    private static final int PAUSE_FACTOR = 10;

    private final ConsumeQueues queues;
    private final KeyIndex index;
    private final Checkpoint checkpoint;
    private final long intervalNanos;
    private final Clock clock;
    private long nextNanos;

    public QueueForcer(ConsumeQueues queues, KeyIndex index, Checkpoint checkpoint, QueueConfig config, Clock clock) {
        this.queues = queues;
        this.index = index;
        this.checkpoint = checkpoint;
        this.intervalNanos = config.forceInterval().toNanos();
        this.clock = clock;
        this.nextNanos = clock.nanos();
    }

    /** Forces when something changed and the last time is long enough ago. Called about every second. */
    public void forceWhenDue() {
        if (clock.nanos() - nextNanos >= 0 && (queues.hasChanges() || index.hasChanges())) {
            forceNow();
        }
    }

    /** Forces what changed. Blocks on the disk. */
    public void forceNow() {
        long start = clock.nanos();
        // the time before the position: it must not be that of a later record
        long timeMs = queues.dispatchedTimeMs();
        long position = queues.dispatched().get();
        index.force();
        queues.force();
        if (timeMs > 0) {
            checkpoint.dispatched(position, timeMs);
            checkpoint.indexed(timeMs);
            checkpoint.write();
        }
        long end = clock.nanos();
        nextNanos = end + Math.max(intervalNanos, PAUSE_FACTOR * (end - start));
    }
}
