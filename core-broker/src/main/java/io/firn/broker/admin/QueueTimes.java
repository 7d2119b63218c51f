package io.firn.broker.admin;

import io.firn.broker.queue.LocalQueues;
import io.firn.broker.queue.OffsetRange;
import io.firn.broker.queue.QueueLog;
import java.util.concurrent.CompletableFuture;

/**
 * How fast queues fill, told by the store times of their last messages in the local store: nobody has to count. Any
 * thread.
 */
final class QueueTimes {

    private final QueueLog reader;

    QueueTimes(QueueLog reader) {
        this.reader = reader;
    }

    /**
     * How many of the queue's messages were stored at or after a time. Looks at recent messages only, and only at those
     * that are still in the local store.
     */
    long storedSince(String topic, int queueId, long sinceMs) {
        LocalQueues stored = reader.local();
        OffsetRange range = stored.range(topic, queueId);
        long end = range.max();
        long min = range.min();
        // steps back from the end in growing strides until it is before the time, then halves between
        long stride = 1;
        long high = end;
        long low = end;
        while (low > min) {
            low = Math.max(min, end - stride);
            if (stored.storeTimeAt(topic, queueId, low) < sinceMs) {
                break;
            }
            high = low;
            stride *= 2;
        }
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (stored.storeTimeAt(topic, queueId, middle) < sinceMs) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return end - high;
    }

    /** Store time of a message in ms; {@code missing} when it is not there or can not be read now. */
    CompletableFuture<Long> timeOr(String topic, int queueId, long offset, long missing) {
        if (offset < 0) {
            return CompletableFuture.completedFuture(missing);
        }
        return reader.storeTimeAt(topic, queueId, offset)
                .handle((time, failure) -> failure != null || time < 0 ? missing : time);
    }
}
