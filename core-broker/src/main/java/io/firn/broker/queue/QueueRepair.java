package io.firn.broker.queue;

import io.firn.broker.log.CommitLog;
import io.firn.broker.log.LogReader;
import io.firn.broker.log.MappedFile;
import io.firn.broker.log.MappedFile.Access;
import io.firn.broker.queue.QueueFiles.UnitFile;
import io.firn.broker.record.RecordView;
import io.firn.broker.record.SysFlag;
import java.lang.foreign.MemorySegment;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes some entries of one queue again. The nearest entries on both sides that fit the log say between which positions
 * the records of those between them lie: this stretch of the log is read. Entries without a record there become blanks.
 * Meanwhile the entries are erased, so that readers are told instead of passed by. Owner: one thread.
 */
final class QueueRepair {

    private static final Logger LOG = LoggerFactory.getLogger(QueueRepair.class);
    /** Records between two looks at the clock. */
    private static final int BATCH = 256;

    private final ConsumeQueue queue;
    private final CommitLog log;
    private final EntryFiles entryFiles;
    private final TagsCodes tagsCodes;
    private final RecordFit fit;
    /** The first offset that is written again, and the one behind the last. */
    private final long from;

    private final long to;
    /** Where in the log to stop. */
    private final long limit;

    private @Nullable LogReader reader;
    private long written;

    /** Fields of the entry looked at last. */
    private long position;

    private int size;

    QueueRepair(ConsumeQueue queue, OffsetRange damage, CommitLog log, RepairTools tools) {
        this.queue = queue;
        this.log = log;
        this.entryFiles = tools.entryFiles();
        this.tagsCodes = tools.tagsCodes();
        this.fit = new RecordFit(log, queue.topic(), queue.queueId());
        long max = queue.maxOffset();
        long end = queue.endPosition();
        UnitFile[] files = queue.files().all();
        long first = files.length == 0 ? max : Math.min(max, files[0].firstOffset());
        long low = Math.max(first, damage.min());
        long high = Math.min(max, damage.max());
        while (low < high && isSound(low)) {
            low++;
        }
        while (high > low && isSound(high - 1)) {
            high--;
        }
        boolean any = low < high;
        while (any && low > first && !isSound(low - 1) && !isGone()) {
            low--;
        }
        // of the entry before the first: a record's boundary, unless it is gone
        long start = low > first && isSound(low - 1) ? position + size : 0;
        while (any && high < max && !isSound(high)) {
            high++;
        }
        this.from = low;
        this.to = any ? high : low;
        this.limit = high < max ? position : end;
        if (any) {
            this.reader = log.reader(Math.max(start, log.minPosition()));
        }
    }

    /** What repairs of all queues use. */
    record RepairTools(EntryFiles entryFiles, TagsCodes tagsCodes) {}

    /** Whether all entries asked about fit the log: nothing is to be done. */
    boolean isIdle() {
        return from == to;
    }

    /** Erases the entries. First of all. */
    void erase() {
        LOG.warn(
                "queue {}: the entries of offsets {} to {} do not fit the log and are written again from it",
                queue,
                from,
                to - 1);
        for (long offset = from; offset < to; offset++) {
            put(offset, 0, 0, 0);
        }
    }

    /**
     * Reads on in the log until a time; true when all entries are written.
     *
     * @throws io.firn.broker.log.CorruptLogException when the log can not be read to the end of the stretch
     */
    boolean step(LongSupplier nanos, long deadlineNanos) {
        LogReader stretch = reader;
        if (stretch == null) {
            return true;
        }
        try {
            int n = 0;
            while (stretch.next(limit)) {
                take(stretch.view(), stretch.position());
                n++;
                if (n % BATCH == 0 && nanos.getAsLong() - deadlineNanos >= 0) {
                    return false;
                }
            }
        } finally {
            // lets the segment go: it may be dropped between two steps
            stretch.close();
        }
        finish();
        return true;
    }

    private void take(RecordView record, long at) {
        long offset = record.queueOffset();
        if (offset >= from && offset < to && SysFlag.takesQueueOffset(record.sysFlag()) && fit.isOfQueue(record)) {
            put(offset, at, record.totalSize(), tagsCodes.of(queue.topic(), record));
        }
    }

    /** From behind: what has no record, or one of an earlier queue of this name, becomes a blank. */
    private void finish() {
        long behind = limit;
        for (long offset = to - 1; offset >= from; offset--) {
            if (!look(offset) || size <= 0 || position + size > behind) {
                put(offset, behind, QueueUnit.BLANK_SIZE, 0);
            } else {
                behind = position;
                written++;
            }
        }
        queue.forgetMin();
        LOG.warn(
                "queue {}: of {} entries from offset {} on, {} have a record in the log; the others are passed over",
                queue,
                to - from,
                from,
                written);
    }

    private boolean isSound(long offset) {
        return look(offset)
                && size > 0
                && size != QueueUnit.BLANK_SIZE
                && position >= 0
                && fit.fits(offset, position, size);
    }

    /** Whether the entry looked at last is a leading blank, or its record is no longer in the log. */
    private boolean isGone() {
        return QueueUnit.isWritten(position, size)
                && (position < log.minPosition() || QueueUnit.isLeading(position, size));
    }

    /** Reads an entry; false when its file is gone. */
    private boolean look(long offset) {
        UnitFile unitFile = queue.files().at(offset);
        MappedFile file = unitFile == null ? null : unitFile.file().acquire(Access.READ_WRITE);
        size = 0;
        if (unitFile == null || file == null) {
            return false;
        }
        try {
            long at = (offset - unitFile.firstOffset()) * QueueUnit.BYTES;
            position = QueueUnit.position(file.memory(), at);
            size = QueueUnit.size(file.memory(), at);
            return true;
        } finally {
            file.release();
        }
    }

    private void put(long offset, long recordPosition, int recordSize, long tagsCode) {
        UnitFile unitFile = queue.files().at(offset);
        MappedFile file = unitFile == null ? null : unitFile.file().acquire(Access.READ_WRITE);
        if (unitFile == null || file == null) {
            return;
        }
        try {
            long at = (offset - unitFile.firstOffset()) * QueueUnit.BYTES;
            MemorySegment memory = file.memory();
            if (recordSize == 0) {
                // the file may be a new one, all hole
                file.populate(at, QueueUnit.BYTES);
            }
            QueueUnit.write(memory, at, recordPosition, recordSize, tagsCode);
        } finally {
            file.release();
        }
        entryFiles.changed().add(unitFile.file());
    }
}
