package io.firn.broker.pop;

import io.firn.broker.wire.Json;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Acknowledged messages of a noted batch, in the revive log, as JSON with RocketMQ's names. The entry's tag is
 * {@link #TAG} for one message, {@link #BATCH_TAG} for several.
 *
 * @param ao the message's offset; −1 when {@code aol} has them
 * @param so offset the batch starts at
 * @param c group
 * @param t topic
 * @param q queue
 * @param pt when the batch was popped, ms since the epoch
 * @param bn broker
 * @param aol offsets; absent for one message
 */
record Acknowledged(
        long ao,
        long so,
        @Nullable String c,
        @Nullable String t,
        int q,
        long pt,
        @Nullable String bn,
        @Nullable List<Long> aol) {

    static final String TAG = "ack";
    static final String BATCH_TAG = "bAck";

    /** All messages of the batch whose bits are set. */
    static Acknowledged of(PopQueue queue, Batch batch, int acked, String broker) {
        List<Long> offsets = new ArrayList<>();
        for (int i = 0; i < batch.count(); i++) {
            if ((acked & 1 << i) != 0) {
                offsets.add(batch.offset(i));
            }
        }
        return new Acknowledged(
                -1,
                batch.key.startOffset(),
                queue.group,
                queue.topic,
                queue.queueId,
                batch.key.popTimeMs(),
                broker,
                offsets);
    }

    byte[] toJson() {
        return Json.encode(this);
    }

    List<Long> offsets() {
        return aol == null || aol.isEmpty() ? List.of(ao) : aol;
    }
}
