package io.firn.broker.queue;

import io.firn.broker.log.CommitLog;
import io.firn.broker.log.LogSlice;
import io.firn.broker.record.RecordLayout;
import io.firn.broker.record.RecordStatus;
import io.firn.broker.record.RecordView;
import io.firn.broker.record.Verify;
import java.lang.foreign.MemorySegment;

/**
 * Tells whether an entry of a queue points to its own record: at that place in the log, of that size, of this queue, with
 * that offset. Owner: one thread.
 */
final class RecordFit {

    private static final String LITE_PREFIX = "%LMQ%";

    private final CommitLog log;
    private final String topic;
    private final int queueId;
    /** RocketMQ's light queues hold other topics' records, which know nothing of their offsets there. */
    private final boolean isLite;

    private final RecordView view = new RecordView();

    RecordFit(CommitLog log, String topic, int queueId) {
        this.log = log;
        this.topic = topic;
        this.queueId = queueId;
        this.isLite = isLite(topic);
    }

    /** Whether a topic's queues hold records of other topics: nothing in the log says which. */
    static boolean isLite(String topic) {
        return topic.startsWith(LITE_PREFIX);
    }

    /** Whether the log has the record of this entry. */
    boolean fits(long offset, long position, int size) {
        try (LogSlice slice = log.slice(position, size)) {
            return slice != null && fits(slice, 0, size, offset);
        }
    }

    /** Whether the record of the entry for {@code offset}, of {@code size} bytes, starts at byte {@code at} of a slice. */
    boolean fits(LogSlice slice, long at, int size, long offset) {
        MemorySegment memory = slice.memory();
        return size >= RecordLayout.FIXED_BYTES
                && at + size <= memory.byteSize()
                && RecordLayout.isHead(memory, at, size, slice.position() + at)
                && view.wrap(memory, at, at + size).inspect(slice.position() + at, Verify.LENGTHS) == RecordStatus.OK
                && (isLite || isOfQueue(view, offset));
    }

    private boolean isOfQueue(RecordView record, long offset) {
        return record.queueOffset() == offset && isOfQueue(record);
    }

    /** Whether a record belongs to this queue. */
    boolean isOfQueue(RecordView record) {
        return record.queueId() == queueId && record.isOfTopic(topic);
    }
}
