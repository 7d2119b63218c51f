package io.firn.broker.admin;

import io.firn.broker.queue.QueueLog;

/** How fast queues fill, told by the store times of their last messages: nobody has to count. Any thread. */
final class QueueTimes {

    private final QueueLog reader;

    QueueTimes(QueueLog reader) {
        this.reader = reader;
    }

    /** How many of the queue's messages were stored at or after a time. Looks at recent messages only. */
    long storedSince(String topic, int queueId, long sinceMs) {
        long end = reader.maxOffset(topic, queueId);
        long min = Math.min(end, reader.minOffset(topic, queueId));
        // steps back from the end in growing strides until it is before the time, then halves between
        long stride = 1;
        long high = end;
        long low = end;
        while (low > min) {
            low = Math.max(min, end - stride);
            if (reader.storeTimeAt(topic, queueId, low) < sinceMs) {
                break;
            }
            high = low;
            stride *= 2;
        }
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (reader.storeTimeAt(topic, queueId, middle) < sinceMs) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return end - high;
    }

    /** Store time of a message in ms; {@code missing} when it is not there. */
    long timeOr(String topic, int queueId, long offset, long missing) {
        long time = offset < 0 ? -1 : reader.storeTimeAt(topic, queueId, offset);
        return time < 0 ? missing : time;
    }
}
