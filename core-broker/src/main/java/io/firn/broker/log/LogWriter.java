package io.firn.broker.log;

import io.firn.broker.record.EncodedRecords;
import io.firn.broker.record.RecordLayout;
import io.firn.broker.runtime.BusyException;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Position;
import io.firn.broker.runtime.StorageException;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The only one that adds to the log. Any thread may append: it holds a short lock in which the records get their queue
 * offsets, position and store time and are copied to pages that are ready. Owner of all mutable fields: that lock.
 */
public final class LogWriter {

    private final AppendLock lock;
    private final Clock clock;
    private final LogMetrics metrics;
    private final SpareSegment spare;
    private final PopulateAhead ahead;
    private final LogFlusher flusher;
    private final Position appended;
    private final Wakes wakes;
    private final long maxBytes;

    private LogSegment current;
    private long position;
    private @Nullable String closedBecause;

    LogWriter(Clock clock, LogMetrics metrics, AppendLock lock, LogTail tail, LogFlusher flusher, Wakes wakes) {
        this.clock = clock;
        this.metrics = metrics;
        this.lock = lock;
        this.spare = tail.spare();
        this.ahead = tail.ahead();
        this.appended = tail.appended();
        this.current = tail.segments().last();
        this.position = appended.get();
        this.maxBytes = current.file().length() - RecordLayout.FILLER_BYTES;
        this.flusher = flusher;
        this.wakes = wakes;
    }

    /**
     * Adds one record, or all records of a batch in one piece. When it returns they are readable, and
     * {@code records} knows their place. When it throws nothing was added and no queue offset was taken.
     *
     * @param tail of the queue the records belong to
     * @throws io.firn.broker.runtime.StorageFullException when the disk has no room; later appends try again
     * @throws StorageException when the next segment can not be made, or the log is closed
     * @throws IllegalArgumentException when the records do not fit in a segment
     * @throws BusyException when the queue is being deleted, and the next try finds the one that follows it; or when an
     *     earlier append is stuck
     */
    public void append(EncodedRecords records, QueueTail tail) {
        int length = records.length();
        if (length > maxBytes) {
            throw new IllegalArgumentException(
                    "records of " + length + " bytes do not fit in a segment, which holds " + maxBytes);
        }
        long ready;
        lock.lock();
        try {
            ready = place(records, length, tail);
        } finally {
            lock.unlock();
        }
        metrics.records.add(records.count());
        flusher.appendedMore();
        wakes.soon();
        if (ahead.isLow(ready)) {
            ahead.request();
        }
    }

    /** Copies under the lock; returns how many bytes of ready pages are left, very many when the segment's are all. */
    private long place(EncodedRecords records, int length, QueueTail tail) {
        long needed = position + length + RecordLayout.FILLER_BYTES;
        if (closedBecause != null) {
            throw new StorageException(closedBecause);
        }
        if (tail.isRetired()) {
            throw new BusyException("the topic is being deleted");
        }
        boolean rolled = needed > current.end();
        if (rolled) {
            roll(length);
        } else if (needed > current.populated()) {
            metrics.writerPopulated.increment();
            current.populate(needed);
        }
        LogSegment segment = current;
        long at = position;
        long now = clock.millis();
        records.placed(at, tail.next(), now);
        MemorySegment.copy(records.bytes(), 0, segment.memory(), at - segment.base(), length);
        tail.take(records.queueSlots());
        position = at + length;
        flusher.lastAppended(now);
        appended.publish(position);
        long populated = segment.populated();
        if (rolled) {
            // nothing of the segment after this one is ready
            return 0;
        }
        return populated == segment.end() ? Long.MAX_VALUE : populated - position;
    }

    /** Ends the segment with a filler and goes on in the next, once that is sure to take {@code length} bytes. */
    private void roll(int length) {
        LogSegment full = current;
        LogSegment next = spare.prepare();
        next.populate(next.base() + length + RecordLayout.FILLER_BYTES);
        long left = full.end() - position;
        if (left >= RecordLayout.FILLER_BYTES) {
            full.populate(position + RecordLayout.FILLER_BYTES);
            RecordLayout.writeFiller(full.memory(), position - full.base(), (int) left);
        }
        spare.join(next);
        current = next;
        position = next.base();
        metrics.rolls.increment();
    }

    /**
     * Ends these queues: whatever was appended to them lies below the position that is returned, and nothing follows.
     * Any thread.
     */
    public long retire(List<QueueTail> tails) {
        lock.lockAnyhow();
        try {
            tails.forEach(QueueTail::retire);
            return position;
        } finally {
            lock.unlock();
        }
    }

    /** Lets a log that never had a record begin at this segment boundary; false when it had one. */
    boolean beginAt(long base) {
        lock.lockAnyhow();
        try {
            if (position != 0 || base <= 0) {
                return false;
            }
            current = spare.restart(base);
            position = base;
            appended.publish(base);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Refuses appends from now on; what is under way is finished when this returns. */
    void close(String reason) {
        lock.lockAnyhow();
        try {
            closedBecause = reason;
        } finally {
            lock.unlock();
        }
    }
}
