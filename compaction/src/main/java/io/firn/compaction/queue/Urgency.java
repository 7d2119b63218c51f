package io.firn.compaction.queue;

import io.firn.compaction.pass.Pass;

/**
 * When a queue's next pass must have begun: the earliest of what the topic promises. Dirty records count as due early, when they
 * are many or make up half of the queue, so that a pass is worth it before the deadline forces it.
 */
final class Urgency {

    private static final long MANY_BYTES = 64L << 20;
    private static final long WORTH_IT_BYTES = 4L << 20;
    /** Taken as the size of a record before a pass has seen any. */
    private static final long GUESSED_BYTES = 1024;

    private Urgency() {}

    /** The time by which the pass has to begin, ms; not after {@code now} when it is due. {@link Long#MAX_VALUE}: no need. */
    static long deadline(HostedQueue queue, long now) {
        if (queue.isAsked()) {
            return 0;
        }
        if (now < queue.quietUntil()) {
            return Long.MAX_VALUE;
        }
        long compacted = Pass.nextDue(queue.queue().manifest(), queue.policy());
        return Math.min(Math.min(compacted, queue.previousUntil()), tailDeadline(queue, now));
    }

    private static long tailDeadline(HostedQueue queue, long now) {
        TailStart tail = queue.tail().orElse(null);
        if (tail == null) {
            return Long.MAX_VALUE;
        }
        long young = tail.storeTime() + queue.policy().minLag().toMillis();
        if (now < young) {
            return Long.MAX_VALUE;
        }
        if (isWorthIt(queue)) {
            return now;
        }
        long maxLag = queue.policy().maxLag().toMillis();
        long margin = Math.min(maxLag / 2, Math.max(maxLag / 10, 2 * queue.lastPassMs()));
        return tail.storeTime() + maxLag - margin;
    }

    private static boolean isWorthIt(HostedQueue queue) {
        long dirty = queue.dirtyRecords() * GUESSED_BYTES;
        long live = queue.queue().manifest().segments().stream()
                .mapToLong(segment -> segment.liveness().liveBytes())
                .sum();
        return dirty >= MANY_BYTES || (dirty >= WORTH_IT_BYTES && dirty >= live);
    }

    /** Age of the oldest record that is not compacted, ms; 0 when all is. */
    static long lagMs(HostedQueue queue, long now) {
        return queue.tail().map(tail -> Math.max(0, now - tail.storeTime())).orElse(0L);
    }
}
