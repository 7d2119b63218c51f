package io.firn.broker.queue;

import io.firn.broker.log.CommitLog;
import io.firn.broker.log.LogSlice;
import io.firn.broker.log.MappedFile;
import io.firn.broker.log.MappedFile.Access;
import io.firn.broker.queue.QueueFiles.UnitFile;
import io.firn.broker.record.RecordFilter;
import io.firn.broker.record.RecordView;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One read of one queue: a walk over its entries that gathers slices of the log. Entries of neighbours in the log make
 * one slice, a run, whose first and last records are looked at: an entry that does not fit its record is found there,
 * for it breaks the run. What stands before a damaged entry is given; the read that starts with it fails. Owner: the
 * reading thread.
 */
final class QueueWalk {

    /** Entries looked at in one read when their tags decide. */
    private static final int MAX_ENTRIES = 8_000;

    /** Entries looked at in one read when records have to be looked into. */
    private static final int MAX_RECORDS = 800;
    /** Bytes of entries that are prefetched at once. */
    private static final int CHUNK_SHIFT = 16;

    private final CommitLog log;
    private final ConsumeQueue queue;
    private final ReadRequest request;
    private final RecordFilter filter;
    private final long logStart;
    private final RecordFit fit;
    private final EntryChain chain;

    private final List<LogSlice> slices = new ArrayList<>();

    private int count;
    private int bytes;
    private long endPosition;
    private boolean full;
    /** Neighbours in the log that are not sliced yet. */
    private long runStart;

    private long runEnd = -1;
    /** Where a run that goes on would lie in memory the log has in two pieces. */
    private long runLimit;

    private long runOffset;
    private int runCount;
    private int firstSize;
    private int lastSize;
    private long lastOffset;
    /** The record that was looked into last. */
    private @Nullable LogSlice looked;

    private @Nullable RecordView view;
    /** Offset of an entry, or of the start of a run, that does not fit the log; -1 while there is none. */
    private long damagedOffset = -1;
    /** The damage was found when its run was to be sliced, behind its offset. */
    private boolean damagedRun;
    /** Records at the start of the damaged run that fit. */
    private int soundCount;

    /**
     * A walk that begins with {@link #read}.
     *
     * @param logStart the start of the log that the queue's min offset was found for
     */
    QueueWalk(CommitLog log, ConsumeQueue queue, ReadRequest request, long logStart) {
        this.log = log;
        this.queue = queue;
        this.request = request;
        this.filter = request.filter();
        this.fit = new RecordFit(log, queue.topic(), queue.queueId());
        this.logStart = logStart;
        this.chain = new EntryChain(logStart);
    }

    /** Reads from the offset asked for, which is at least {@code min} and below {@code max}. */
    ReadOutcome read(long min, long max) {
        long scan = Math.max(filter.needsRecord() ? MAX_RECORDS : MAX_ENTRIES, request.maxMessages());
        long offset = request.offset();
        long end = offset + Math.min(scan, max - offset);
        boolean whole = false;
        try {
            while (offset < end && !full) {
                offset = walk(offset, end);
            }
            if (!full && chain.endsInBlanks()) {
                offset = endInBlanks(offset, max);
            }
            closeRun();
            whole = true;
        } finally {
            look(null);
            if (!whole) {
                slices.forEach(LogSlice::close);
            }
        }
        if (damagedOffset >= 0 && count + soundCount == 0) {
            if (damagedOffset == request.offset()) {
                throw queue.damaged(damagedOffset);
            }
            return new ReadOutcome.Filtered(damagedOffset, min, max);
        }
        long next = damagedOffset >= 0 ? damagedOffset : Math.min(offset, max);
        return damagedRun ? upToTheDamage(min, max) : outcome(next, min, max);
    }

    /** Blanks that nothing proves yet are passed by the next read; at the queue's end they know where it ends. */
    private long endInBlanks(long offset, long max) {
        long first = chain.blankFrom();
        if (offset == max && chain.blankPosition() != queue.endPosition()) {
            stopAt(first);
        }
        return offset < max && first > request.offset() ? first : offset;
    }

    private ReadOutcome outcome(long next, long min, long max) {
        return count == 0
                ? new ReadOutcome.Filtered(next, min, max)
                : new ReadOutcome.Found(new LogSlices(slices, count, bytes), next, endPosition, min, max);
    }

    /** Walks the entries of one file; returns the offset to go on at. */
    private long walk(long from, long end) {
        UnitFile unitFile = queue.files().at(from);
        MappedFile file = unitFile == null ? null : unitFile.file().acquire(Access.READ_WRITE);
        if (unitFile == null || file == null) {
            return skipMissing(from, end);
        }
        try {
            MemorySegment memory = file.memory();
            long stop = Math.min(end, unitFile.firstOffset() + memory.byteSize() / QueueUnit.BYTES);
            long at = (from - unitFile.firstOffset()) * QueueUnit.BYTES;
            long offset = from;
            long chunk = at >>> CHUNK_SHIFT;
            while (offset < stop && take(memory, at, offset)) {
                offset++;
                at += QueueUnit.BYTES;
            }
            if (at >>> CHUNK_SHIFT != chunk && at < memory.byteSize()) {
                prefetch(file, at);
            }
            return offset;
        } finally {
            file.release();
        }
    }

    /** Mappings read nothing ahead; a reader that goes on gets its next entries in one piece. */
    private static void prefetch(MappedFile file, long at) {
        file.adviseWillNeed(at, Math.min(1L << CHUNK_SHIFT, file.length() - at));
    }

    /** The file went away under the reader, with the records it pointed to. */
    private long skipMissing(long from, long end) {
        UnitFile next = queue.files().after(from);
        full = count > 0;
        return full ? from : next == null ? end : next.firstOffset();
    }

    /** Takes or passes over the entry at {@code at}; false when it does not fit any more. */
    private boolean take(MemorySegment memory, long at, long offset) {
        if (count == request.maxMessages()) {
            full = true;
            return false;
        }
        long position = QueueUnit.position(memory, at);
        int size = QueueUnit.size(memory, at);
        if (!chain.accepts(offset, position, size)) {
            return stopAt(chain.brokenAt());
        }
        if (size == QueueUnit.BLANK_SIZE) {
            return true;
        }
        long tagsCode = QueueUnit.tagsCode(memory, at);
        // RocketMQ may have put the address of an extended entry in the place of the tags; the record has the tags too
        boolean isExtended = tagsCode < Integer.MIN_VALUE;
        if (isExtended || filter.needsRecord()) {
            LogSlice record = look(log.load(position, size, looked));
            if (record == null || !fit.fits(record, 0, size, offset)) {
                return pass(offset, position);
            }
            RecordView inside = view(record.memory(), 0);
            if (!filter.matches(isExtended ? inside.tagsCode() : tagsCode)
                    || (filter.needsRecord() && !filter.matches(inside))) {
                return true;
            }
        } else if (!filter.matches(tagsCode)) {
            return true;
        }
        if (count > 0 && size > request.maxBytes() - bytes) {
            full = true;
            return false;
        }
        add(offset, position, size);
        return !full;
    }

    /** What to do with an entry without a record: it was deleted since the walk began, or the entry is damaged. */
    private boolean pass(long offset, long position) {
        if (position < log.minPosition()) {
            return true;
        }
        return stopAt(offset);
    }

    /** Ends the walk before an entry that fits no record. */
    private boolean stopAt(long offset) {
        queue.suspect(offset, offset + 1);
        damagedOffset = offset;
        full = true;
        return false;
    }

    /** Keeps what is looked into open until the next, which mostly lies beside it. */
    private @Nullable LogSlice look(@Nullable LogSlice next) {
        if (looked != null) {
            looked.close();
        }
        looked = next;
        return next;
    }

    private RecordView view(MemorySegment memory, long at) {
        RecordView reused = view;
        if (reused == null) {
            reused = new RecordView();
            view = reused;
        }
        return reused.wrap(memory, at, memory.byteSize());
    }

    private void add(long offset, long position, int size) {
        if (position != runEnd || position + size > runLimit) {
            closeRun();
            if (full) {
                return;
            }
            runStart = position;
            runLimit = log.loadableEnd(position);
            runOffset = offset;
            firstSize = size;
        }
        runEnd = position + size;
        lastSize = size;
        lastOffset = offset;
        runCount++;
        count++;
        bytes += size;
    }

    private void closeRun() {
        if (runCount == 0) {
            return;
        }
        int length = (int) (runEnd - runStart);
        LogSlice slice = log.load(runStart, length, slices.isEmpty() ? looked : slices.getLast());
        if (slice != null && fitsRun(slice)) {
            slices.add(slice);
            endPosition = runEnd;
        } else {
            count -= runCount;
            bytes -= length;
            if (slice != null) {
                slice.close();
            }
            // else deleted since the walk began: as if the records had not been there
            if (slice != null || runStart >= log.minPosition()) {
                stopBeforeRun(length - lastSize);
            }
        }
        runCount = 0;
    }

    private boolean fitsRun(LogSlice slice) {
        return fit.fits(slice, 0, firstSize, runOffset)
                && (runCount == 1 || fit.fits(slice, slice.size() - lastSize, lastSize, lastOffset));
    }

    /** Ends the walk before a run that does not fit the log, and finds out how much of its start does. */
    private void stopBeforeRun(int lengthWithoutLast) {
        damagedRun = true;
        stopAt(runOffset);
        queue.suspect(runOffset, lastOffset + 1);
        try (LogSlice run = log.slice(runStart, lengthWithoutLast)) {
            long at = 0;
            while (run != null && soundCount < runCount - 1 && at < run.size()) {
                int size = view(run.memory(), at).totalSize();
                if (size > run.size() - at || !fit.fits(run, at, size, runOffset + soundCount)) {
                    return;
                }
                soundCount++;
                at += size;
            }
        }
    }

    /** Once more, and no farther than to the damage; each time there is less to read. */
    private ReadOutcome upToTheDamage(long min, long max) {
        slices.forEach(LogSlice::close);
        ReadRequest less = new ReadRequest(
                request.topic(),
                request.queueId(),
                request.offset(),
                count + soundCount,
                request.maxBytes(),
                request.filter());
        return new QueueWalk(log, queue, less, logStart).read(min, max);
    }
}
