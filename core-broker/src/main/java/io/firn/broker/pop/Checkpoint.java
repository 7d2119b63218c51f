package io.firn.broker.pop;

import io.firn.broker.wire.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A popped batch in the revive log, as JSON with RocketMQ's names; the entry's tag is {@link #TAG}.
 *
 * @param so offset the batch starts at
 * @param pt when it was popped, ms since the epoch
 * @param it for how long it is invisible, ms
 * @param bm a bit for each message that was acknowledged before this was written
 * @param n how many messages
 * @param q queue
 * @param t topic
 * @param c group
 * @param ro written as 0: readers set it
 * @param d offset of each message, counted from {@code so}; absent in old logs: they follow each other
 * @param bn broker
 */
record Checkpoint(
        long so,
        long pt,
        long it,
        int bm,
        int n,
        int q,
        @Nullable String t,
        @Nullable String c,
        long ro,
        @Nullable List<Integer> d,
        @Nullable String bn) {

    static final String TAG = "ck";

    private static final int MOST_MESSAGES = 32;
    private static final int MOST_QUEUES = 65_536;

    static Checkpoint of(PopQueue queue, Batch batch, int acked, String broker) {
        Integer[] distances = new Integer[batch.count()];
        for (int i = 0; i < distances.length; i++) {
            distances[i] = (int) (batch.offset(i) - batch.key.startOffset());
        }
        return new Checkpoint(
                batch.key.startOffset(),
                batch.key.popTimeMs(),
                batch.invisibleMs,
                acked,
                batch.count(),
                queue.queueId,
                queue.topic,
                queue.group,
                0,
                List.of(distances),
                broker);
    }

    byte[] toJson() {
        return Json.encode(this);
    }

    /** The batch that is noted here; null when it is not one. */
    @Nullable
    Batch batch(int reviveQueue) {
        boolean whole = n > 0 && n <= MOST_MESSAGES && so >= 0 && pt >= 0 && it >= 0 && q >= 0 && q < MOST_QUEUES;
        if (!whole || (d != null && !d.isEmpty() && d.size() != n)) {
            return null;
        }
        long[] offsets = new long[n];
        for (int i = 0; i < n; i++) {
            offsets[i] = so + (d == null || d.isEmpty() ? i : d.get(i));
            if (offsets[i] < so || (i > 0 && offsets[i] <= offsets[i - 1])) {
                return null;
            }
        }
        Batch batch = new Batch(new Batch.Key(so, pt), it, reviveQueue, offsets, so);
        batch.acked = bm & (n == MOST_MESSAGES ? -1 : (1 << n) - 1);
        batch.stage = Batch.Stage.NOTED;
        batch.isNoted = true;
        return batch;
    }
}
