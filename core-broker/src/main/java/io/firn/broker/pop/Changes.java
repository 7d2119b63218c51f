package io.firn.broker.pop;

import io.firn.broker.runtime.Clock;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.util.concurrent.CompletableFuture;

/**
 * Gives single messages another invisible time: each becomes a batch of its own, which is in the revive log before the old
 * batch lets go of it, and on disk before that one counts as done, so that it is never in neither. Any thread.
 */
final class Changes {

    private final ReviveLog log;
    private final PopTable table;
    private final Clock clock;
    private final Runnable onBatch;

    Changes(ReviveLog log, PopTable table, Clock clock, Runnable onBatch) {
        this.log = log;
        this.table = table;
        this.clock = clock;
        this.onBatch = onBatch;
    }

    /** Which message. */
    record Message(String group, String topic, int queueId, long offset) {}

    /**
     * Changes the invisible time of a message.
     *
     * @return what the message's new handle is made of, once its note is in the log
     * @throws RequestException NO_MESSAGE when the handle's time is over
     */
    CompletableFuture<ReceiptHandle> change(Message message, ReceiptHandle handle, long invisibleMs) {
        PopQueue queue = table.find(message.group, message.topic, message.queueId);
        Batch.Key key = new Batch.Key(handle.startOffset(), handle.popTimeMs());
        Batch old = queue == null ? null : queue.find(key);
        if (queue == null || old == null || queue.look(key, message.offset) != PopQueue.Met.TAKEN) {
            throw new RequestException(
                    ResponseCode.NO_MESSAGE,
                    "message " + message.offset + " of queue " + message.queueId + " of topic " + message.topic
                            + " is not invisible for group " + message.group
                            + " by this receipt handle: it was acknowledged, or its time is over");
        }
        long now = Math.max(clock.millis(), handle.popTimeMs() + 1);
        Batch fresh = new Batch(
                new Batch.Key(message.offset, now), invisibleMs, old.reviveQueue, new long[] {message.offset}, -1);
        fresh.noting(clock.millis());
        queue.add(fresh);
        onBatch.run();
        return log.note(queue, fresh).handle((end, failure) -> {
            if (failure != null) {
                queue.forget(fresh);
                throw failure instanceof RuntimeException known ? known : new IllegalStateException(failure);
            }
            queue.written(fresh, end);
            var _ = queue.moved(key, message.offset, end);
            return new ReceiptHandle(message.offset, now, invisibleMs, fresh.reviveQueue);
        });
    }
}
