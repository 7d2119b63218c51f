package io.firn.compaction;

import io.firn.compaction.queue.Compactor;
import io.firn.compaction.queue.HostedQueue;
import io.firn.compaction.queue.HostedQueues;
import io.firn.compaction.segment.SegmentMeta;
import io.firn.spi.HealthReporter;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** One word each on passes, on erasures and on files: a queue that is in trouble is named. On the plugin's scheduler. */
final class QueueHealth {

    /** An erasure takes a moment when the deadline is short. */
    private static final long GRACE_MS = 60_000;

    private final HostedQueues queues;
    private final Compactor passes;
    private final InstantSource clock;

    QueueHealth(HostedQueues queues, Compactor passes, InstantSource clock) {
        this.queues = queues;
        this.passes = passes;
        this.clock = clock;
    }

    void report(HealthReporter health) {
        String late = null;
        String kept = null;
        String stuck = null;
        for (HostedQueue queue : queues.all()) {
            long maxLag = queue.policy().maxLag().toMillis();
            if (passes.lagMs(queue) > maxLag) {
                late = "queue " + queue.ref() + " has records older than its compaction.max.lag.ms of " + maxLag
                        + " that are not compacted";
            }
            if (isEraseOverdue(queue)) {
                kept = "queue " + queue.ref()
                        + " still has overwritten records after its compaction.erase.within.ms of "
                        + eraseWithin(queue);
            }
            if (queue.trouble().isPresent()) {
                stuck = "queue " + queue.ref() + ": " + queue.trouble().get().reason();
            } else if (queue.queue().alarm().isPresent()) {
                stuck = "queue " + queue.ref() + ": " + queue.queue().alarm().get();
            }
        }
        say(health, "lag", late);
        say(health, "erase", kept);
        say(health, "queues", stuck);
    }

    private static long eraseWithin(HostedQueue queue) {
        return queue.policy().retention().eraseWithin().toMillis();
    }

    private boolean isEraseOverdue(HostedQueue queue) {
        long latest = clock.millis() - eraseWithin(queue) - GRACE_MS;
        for (SegmentMeta segment : queue.queue().manifest().segments()) {
            // Long.MAX_VALUE when nothing is dead
            if (segment.liveness().deadSince() < latest) {
                return true;
            }
        }
        return false;
    }

    private static void say(HealthReporter health, String part, @Nullable String reason) {
        if (reason == null) {
            health.up(part);
        } else {
            health.degraded(part, reason);
        }
    }
}
