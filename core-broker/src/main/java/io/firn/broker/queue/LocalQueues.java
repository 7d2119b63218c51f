package io.firn.broker.queue;

import io.firn.broker.log.CommitLog;
import io.firn.broker.log.LogSlice;
import io.firn.broker.queue.QueueWalk.Patience;
import io.firn.broker.queue.ReadOutcome.Side;
import io.firn.broker.record.RecordLayout;
import io.firn.broker.record.RecordView;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the store on this machine has of each queue: entries of the consume queue, bytes of the log. Any thread; may fault
 * pages in, so readers of old offsets run on a pool. Nothing here makes a queue. What consumers see is {@link QueueLog}'s
 * to say: it may be more than this, or other than this.
 */
public final class LocalQueues {

    private final ConsumeQueues queues;
    private final CommitLog log;

    public LocalQueues(ConsumeQueues queues, CommitLog log) {
        this.queues = queues;
        this.log = log;
    }

    /**
     * Reads messages. What is found has to be closed.
     *
     * @throws io.firn.broker.runtime.StorageException when the queue's files are damaged or can not be read
     */
    public ReadOutcome read(ReadRequest request) {
        return read(request, Long.MAX_VALUE);
    }

    /**
     * The same for a queue that has older messages elsewhere.
     *
     * @param olderMin the first offset there is elsewhere, told along with what is read here
     */
    ReadOutcome read(ReadRequest request, long olderMin) {
        ConsumeQueue queue = queues.find(request.topic(), request.queueId());
        if (queue == null) {
            return new ReadOutcome.NoQueue();
        }
        long max = queue.maxOffset();
        if (max == 0) {
            return new ReadOutcome.Empty();
        }
        long logStart = log.minPosition();
        long min = queue.minOffset(logStart);
        long offset = request.offset();
        if (offset < min) {
            return new ReadOutcome.OutOfRange(min, Side.TOO_SMALL, min, max);
        }
        if (offset > max) {
            return new ReadOutcome.OutOfRange(max, Side.TOO_LARGE, min, max);
        }
        return offset == max
                ? new ReadOutcome.AtEnd(offset, Math.min(min, olderMin), max)
                : Objects.requireNonNull(
                        new QueueWalk(log, Patience.WAIT, queue, request, logStart).read(Math.min(min, olderMin), max));
    }

    /**
     * Reads messages far behind the end of the log without waiting for its disk; null when nobody has just read what lies
     * beside them, or when there are none at this offset. What is found has to be closed.
     *
     * @throws io.firn.broker.runtime.StorageException when the queue's files are damaged or can not be read
     */
    @Nullable
    ReadOutcome readLoaded(ReadRequest request) {
        ConsumeQueue queue = queues.find(request.topic(), request.queueId());
        if (queue == null) {
            return null;
        }
        long max = queue.maxOffset();
        long logStart = log.minPosition();
        long min = queue.minOffset(logStart);
        return request.offset() < min || request.offset() >= max
                ? null
                : new QueueWalk(log, Patience.NO_WAIT, queue, request, logStart).read(min, max);
    }

    /** The offsets that can be read; none for an unknown queue. */
    public OffsetRange range(String topic, int queueId) {
        ConsumeQueue queue = queues.find(topic, queueId);
        if (queue == null) {
            return OffsetRange.NONE;
        }
        long max = queue.maxOffset();
        return new OffsetRange(Math.min(max, queue.minOffset(log.minPosition())), max);
    }

    /** The first offset that can be read; 0 for an unknown queue. */
    public long minOffset(String topic, int queueId) {
        ConsumeQueue queue = queues.find(topic, queueId);
        return queue == null ? 0 : queue.minOffset(log.minPosition());
    }

    /** The offset of the next message that becomes readable; 0 for an unknown queue. */
    public long maxOffset(String topic, int queueId) {
        ConsumeQueue queue = queues.find(topic, queueId);
        return queue == null ? 0 : queue.maxOffset();
    }

    /**
     * The offset for a store time. {@link Boundary#LOWER}: the first message at or after it, the max offset when there
     * is none; {@link Boundary#UPPER}: the last message at or before it, the min offset when there is none. 0 for an
     * unknown or empty queue.
     */
    public long offsetByTime(String topic, int queueId, long timeMs, Boundary boundary) {
        ConsumeQueue queue = queues.find(topic, queueId);
        if (queue == null) {
            return 0;
        }
        long max = queue.maxOffset();
        long min = Math.min(max, queue.minOffset(log.minPosition()));
        RecordView view = new RecordView();
        // the first offset that is past the boundary: at or after the time, or after it
        long past = boundary == Boundary.LOWER ? timeMs : timeMs == Long.MAX_VALUE ? timeMs : timeMs + 1;
        long low = min;
        long high = max;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (storeTime(queue, middle, view) < past) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return boundary == Boundary.LOWER ? low : Math.max(min, low - 1);
    }

    /** Store time in ms of the message at an offset; -1 when there is none. */
    public long storeTimeAt(String topic, int queueId, long offset) {
        ConsumeQueue queue = queues.find(topic, queueId);
        if (queue == null || offset < queue.minOffset(log.minPosition()) || offset >= queue.maxOffset()) {
            return -1;
        }
        return storeTime(queue, offset, new RecordView());
    }

    /** Log position of the message at an offset; -1 when there is none. */
    public long positionOf(String topic, int queueId, long offset) {
        ConsumeQueue queue = queues.find(topic, queueId);
        return queue == null || offset < 0 || offset >= queue.maxOffset() ? -1 : Math.max(-1, queue.positionAt(offset));
    }

    /**
     * Looks at each entry of [from, to) that stands for a message, in order, as long as {@code visitor} wants more. May
     * fault pages in.
     *
     * @throws io.firn.broker.runtime.StorageException when the queue's files are damaged
     */
    public void visit(String topic, int queueId, OffsetRange range, EntryVisitor visitor) {
        ConsumeQueue queue = queues.find(topic, queueId);
        if (queue != null) {
            long end = Math.min(range.max(), queue.maxOffset());
            new EntryWalk(queue, visitor).go(Math.max(range.min(), queue.minOffset(log.minPosition())), end);
        }
    }

    /**
     * A blank has the time of the record behind it; a record that is gone has none, -1.
     *
     * @throws io.firn.broker.runtime.StorageException when the entry does not fit the log: a guess would send readers past
     *     messages
     */
    private long storeTime(ConsumeQueue queue, long offset, RecordView view) {
        long position = queue.positionAt(offset);
        if (position == ConsumeQueue.GONE) {
            return -1;
        }
        try (LogSlice head = log.slice(position, RecordLayout.FIXED_BYTES)) {
            // a blank has the position of the record behind it
            if (head != null
                    && view.wrap(head.memory(), 0, head.size()).physicalOffset() == position
                    && (view.queueOffset() >= offset || RecordFit.isLite(queue.topic()))) {
                return view.storeTimestamp();
            }
        }
        if (position >= 0 && (position < log.minPosition() || position >= queue.endPosition())) {
            return -1;
        }
        queue.suspect(offset, offset + 1);
        throw queue.damaged(offset);
    }
}
