package io.firn.broker.queue;

import io.firn.broker.log.MappedFile;
import io.firn.broker.log.MappedFile.Access;
import io.firn.broker.log.QueueTail;
import io.firn.broker.queue.QueueFiles.UnitFile;
import io.firn.broker.runtime.StorageException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One queue: queue offset to (position, size, tags code), in files of {@link QueueUnit}s that are mapped while in use.
 * The dispatcher's thread appends and owns the end; any thread reads below {@link #maxOffset()}.
 */
public final class ConsumeQueue {

    private static final Logger LOG = LoggerFactory.getLogger(ConsumeQueue.class);

    private static final int PAGE = 4_096;
    private static final int MAX_POPULATE = 1 << 16;
    static final long GONE = -1;
    static final long DAMAGED = -2;

    /** A larger jump in queue offsets than this many files is damage, not a gap. */
    private static final int MAX_GAP_FILES = 4;

    private static final VarHandle MAX_OFFSET;
    private static final VarHandle END_POSITION;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            MAX_OFFSET = lookup.findVarHandle(ConsumeQueue.class, "maxOffset", long.class);
            END_POSITION = lookup.findVarHandle(ConsumeQueue.class, "endPosition", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final String topic;
    private final int queueId;
    private final EntryFiles entryFiles;
    private final QueueFiles files;

    /** Offset of the next message; written by the dispatcher's thread. */
    private long maxOffset;
    /** Log position behind the last record; written by the dispatcher's thread. */
    private long endPosition;
    /** The file written last, how far its pages are ready and the step to get more ready; dispatcher's thread. */
    private @Nullable UnitFile writeFile;

    private int populatedBytes;
    private int populateStep;

    /** The log's start that expired files were last looked for with; housekeeper. */
    private long expiredBelow = -1;

    /** Made when a producer first asks; under this object's lock. */
    private volatile @Nullable QueueTail tail;
    /** The first offset whose record is still in the log, and the start of the log it was found for. */
    private volatile MinOffset min = MinOffset.UNKNOWN;

    private record MinOffset(long logStart, long offset) {
        static final MinOffset UNKNOWN = new MinOffset(-1, 0);
    }

    /** What became of an entry. */
    enum Put {
        WRITTEN,
        /** The record was dispatched before. */
        KNOWN,
        /** Its queue offset can not be: below the end of the queue, or far beyond. */
        MISPLACED,
        /** The queue was deleted meanwhile. */
        GONE
    }

    ConsumeQueue(String topic, int queueId, EntryFiles entryFiles, QueueEnd end) {
        this.topic = topic;
        this.queueId = queueId;
        this.entryFiles = entryFiles;
        this.files = new QueueFiles(entryFiles, topic, queueId, end);
        this.maxOffset = end.maxOffset();
        this.endPosition = end.endPosition();
    }

    public String topic() {
        return topic;
    }

    public int queueId() {
        return queueId;
    }

    /** The offset of the next message that will be readable. Any thread. */
    public long maxOffset() {
        return (long) MAX_OFFSET.getAcquire(this);
    }

    /** Log position behind the last record of this queue; 0 when it never had one. Any thread. */
    public long endPosition() {
        return (long) END_POSITION.getAcquire(this);
    }

    /** Where the queue lies now. */
    QueueEnd end() {
        // in this order: the position is then not below that of the offset
        long max = maxOffset();
        return new QueueEnd(files.firstOffset(), max, endPosition());
    }

    QueueFiles files() {
        return files;
    }

    /**
     * The next offset for producers. Asked for the first time after the dispatcher has caught up. Any thread.
     *
     * @param floor asked for the lowest offset that is free, once
     */
    QueueTail tail(OffsetFloor floor) {
        QueueTail known = tail;
        return known == null ? makeTail(floor.of(topic, queueId)) : known;
    }

    private synchronized QueueTail makeTail(long floor) {
        QueueTail known = tail;
        if (known == null) {
            known = new QueueTail(Math.max(maxOffset(), reachable(floor)));
            tail = known;
        }
        return known;
    }

    /** A gap is filled with blanks, so it must not be too long; a queue without files can begin anywhere. */
    private long reachable(long floor) {
        long gap = floor - maxOffset();
        if (gap > (long) MAX_GAP_FILES * entryFiles.unitsPerFile() && files.all().length > 0) {
            throw new StorageException(
                    "queue " + this + " ends at offset " + maxOffset() + ", but offsets up to " + floor
                            + " were given away: when its files were lost, delete the directory consumequeue and restart,"
                            + " all queues are built again from the log");
        }
        return floor;
    }

    /**
     * Appends an entry; its file stays held until {@link ConsumeQueues#endBatch}. Dispatcher's thread.
     *
     * @param offset the record's queue offset: below the first message of a queue, and in a gap, blanks are written
     */
    Put put(long position, int size, long tagsCode, long offset) {
        if (position + size <= endPosition) {
            return Put.KNOWN;
        }
        long expected = maxOffset;
        if (offset != expected) {
            return putApart(position, size, tagsCode, offset);
        }
        if (!write(offset, position, size, tagsCode)) {
            return Put.GONE;
        }
        publish(position + size, offset + 1);
        return Put.WRITTEN;
    }

    /**
     * Shows an entry to readers. Release stores are enough: whoever sees the offset (an acquire) sees the entry below it
     * and at least this position. A full fence would only matter to a thread that publishes and then looks whether somebody
     * waits; the dispatcher's thread owns those who wait for a queue, and looks at the offset itself before it lets one
     * wait. A fence for each message would wait for the stores to the entry, whose page is seldom in a cache.
     */
    private void publish(long end, long offset) {
        END_POSITION.setRelease(this, end);
        MAX_OFFSET.setRelease(this, offset);
    }

    /** A message that does not follow the one before it: the first of a queue, or one behind a gap. */
    private Put putApart(long position, int size, long tagsCode, long offset) {
        if (offset < maxOffset || offset > Long.MAX_VALUE / QueueUnit.BYTES - entryFiles.unitsPerFile()) {
            return Put.MISPLACED;
        }
        boolean isFirst = isFirst(offset);
        long from = isFirst ? offset - offset % entryFiles.unitsPerFile() : maxOffset;
        if (offset - from > (long) MAX_GAP_FILES * entryFiles.unitsPerFile()) {
            return Put.MISPLACED;
        }
        // the first message of a queue before the blanks below it: a queue never holds only blanks
        boolean written = select(from) && (!isFirst || write(offset, position, size, tagsCode));
        if (!isFirst) {
            LOG.warn(
                    "queue {} has no messages from offset {} to {}: the log from {} on is searched for them",
                    this,
                    from,
                    offset,
                    endPosition);
        }
        long blankPosition = isFirst ? 0 : position;
        for (long blank = from; written && blank < offset; blank++) {
            written = write(blank, blankPosition, QueueUnit.BLANK_SIZE, 0);
        }
        if (!written || (!isFirst && !write(offset, position, size, tagsCode))) {
            return Put.GONE;
        }
        publish(position + size, offset + 1);
        forgetMin();
        if (!isFirst) {
            suspect(from, offset);
        }
        return Put.WRITTEN;
    }

    private boolean isFirst(long offset) {
        UnitFile[] all = files.all();
        return all.length == 0 || (maxOffset == all[0].firstOffset() && offset - maxOffset < entryFiles.unitsPerFile());
    }

    private boolean write(long offset, long position, int size, long tagsCode) {
        if (!select(offset)) {
            return false;
        }
        UnitFile unitFile = Objects.requireNonNull(writeFile);
        MappedFile file = entryFiles.kept().keep(unitFile.file());
        if (file == null) {
            return false;
        }
        int at = (int) (offset - unitFile.firstOffset()) * QueueUnit.BYTES;
        while (at + QueueUnit.BYTES > populatedBytes) {
            populate(file);
        }
        QueueUnit.write(file.memory(), at, position, size, tagsCode);
        return true;
    }

    /** Makes the file of an offset the one that is written; false when the queue was deleted. */
    private boolean select(long offset) {
        UnitFile current = writeFile;
        if (current != null) {
            long index = offset - current.firstOffset();
            if (index >= 0 && index < entryFiles.unitsPerFile()) {
                return true;
            }
        }
        UnitFile next = files.makeFor(offset);
        if (next != null) {
            writeFile = next;
            // not the start of the page: what stands there must not be touched
            populatedBytes = (int) (offset - next.firstOffset()) * QueueUnit.BYTES;
            populateStep = PAGE;
        }
        return next != null;
    }

    /** Gets pages ready ahead, so that a full disk is an exception and not a fault in the middle of a store. */
    private void populate(MappedFile file) {
        int end = (int) Math.min((long) ((populatedBytes + populateStep) / PAGE) * PAGE, file.length());
        file.populate(populatedBytes, end - populatedBytes);
        populatedBytes = end;
        populateStep = Math.min(MAX_POPULATE, populateStep * 2);
    }

    /**
     * The first offset whose record is still in the log; {@link #maxOffset()} when none is. Any thread.
     *
     * @param logStart position of the first byte the log still has
     */
    public long minOffset(long logStart) {
        MinOffset known = min;
        return known.logStart == logStart ? known.offset : correctMin(logStart);
    }

    private synchronized long correctMin(long logStart) {
        long found = new MinSearch(files, logStart).find(maxOffset());
        min = new MinOffset(logStart, found);
        return found;
    }

    /** The entries were mended: they may say something else now. */
    synchronized void forgetMin() {
        min = MinOffset.UNKNOWN;
    }

    /** Somebody met entries that do not fit the log: they will be written again from the log. Any thread. */
    void suspect(long from, long to) {
        entryFiles.damaged().note(this, new OffsetRange(from, to));
    }

    /**
     * Log position of the record at an offset below {@link #maxOffset()}; {@link #GONE} when its file is,
     * {@link #DAMAGED} when nothing is written there. Any thread.
     */
    public long positionAt(long offset) {
        UnitFile unitFile = files.at(offset);
        MappedFile file = unitFile == null ? null : unitFile.file().acquire(Access.READ_WRITE);
        if (unitFile == null || file == null) {
            return GONE;
        }
        try {
            long at = (offset - unitFile.firstOffset()) * QueueUnit.BYTES;
            long position = QueueUnit.position(file.memory(), at);
            return QueueUnit.isWritten(position, QueueUnit.size(file.memory(), at)) ? position : DAMAGED;
        } finally {
            file.release();
        }
    }

    /**
     * Deletes the files whose last record lies below {@code logStart}, but never the last file: it carries the queue's
     * number line. Returns how many. Housekeeper.
     */
    int deleteBelow(long logStart) {
        if (logStart == expiredBelow || maxOffset() <= entryFiles.unitsPerFile()) {
            return 0;
        }
        int deleted = 0;
        MinSearch search = new MinSearch(files, logStart);
        for (UnitFile[] all = files.all(); all.length > 1; all = files.all()) {
            // the second: the last entry of a file may be damaged
            if (!search.isBelow(all[1].firstOffset() - 1) && !search.isBelow(all[1].firstOffset())) {
                break;
            }
            files.deleteFirst();
            deleted++;
        }
        expiredBelow = logStart;
        return deleted;
    }

    /** The queue has no files any more, now and later. */
    void close() {
        files.close();
    }

    /** What a reader is told who asked for entries that do not fit the log. */
    StorageException damaged(long offset) {
        String what =
                "consume queue " + this + " has no entry at offset " + offset + " that fits a record of the log: ";
        return new StorageException(
                RecordFit.isLite(topic)
                        ? what + "restore its files from a copy"
                        : what + "its entries are written again from the log, try again; the broker's log tells more");
    }

    @Override
    public String toString() {
        return topic + "-" + queueId;
    }
}
