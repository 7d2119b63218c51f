package io.firn.broker.queue;

import io.firn.broker.log.CommitLog;
import io.firn.broker.log.LogSlice;
import io.firn.broker.log.MappedFile;
import io.firn.broker.log.MappedFile.Access;
import io.firn.broker.queue.QueueFiles.UnitFile;
import io.firn.broker.record.RecordFilter;
import io.firn.broker.record.RecordView;
import io.firn.broker.runtime.StorageException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One read of one queue: a walk over its entries that gathers slices of the log. Owner: the reading thread. */
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
    private final List<LogSlice> slices = new ArrayList<>();

    private int count;
    private int bytes;
    private long endPosition;
    private boolean full;
    /** Neighbours in the log that are not sliced yet. */
    private long runStart;

    private long runEnd = -1;
    private int runCount;
    private @Nullable RecordView view;

    QueueWalk(CommitLog log, ConsumeQueue queue, ReadRequest request) {
        this.log = log;
        this.queue = queue;
        this.request = request;
        this.filter = request.filter();
        this.logStart = log.minPosition();
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
            closeRun();
            whole = true;
        } finally {
            if (!whole) {
                slices.forEach(LogSlice::close);
            }
        }
        long next = Math.min(offset, max);
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
        if (!QueueUnit.isWritten(position, size)) {
            throw new StorageException("consume queue " + queue + " has no entry at offset " + offset
                    + " below its end: delete its directory under consumequeue and restart, it is built again");
        }
        if (size == QueueUnit.BLANK_SIZE || position < logStart) {
            return true;
        }
        long tagsCode = QueueUnit.tagsCode(memory, at);
        if (!filter.matches(tagsCode < Integer.MIN_VALUE ? tagsCodeOf(position, size) : tagsCode)) {
            return true;
        }
        if (filter.needsRecord() && !recordMatches(position, size)) {
            return true;
        }
        if (count > 0 && size > request.maxBytes() - bytes) {
            full = true;
            return false;
        }
        add(position, size);
        return true;
    }

    /** RocketMQ may have put the address of an extended entry in the place of the tags; the record has the tags too. */
    private long tagsCodeOf(long position, int size) {
        try (LogSlice slice = log.slice(position, size)) {
            return slice == null ? 0 : view(slice).tagsCode();
        }
    }

    private boolean recordMatches(long position, int size) {
        try (LogSlice slice = log.slice(position, size)) {
            return slice != null && filter.matches(view(slice));
        }
    }

    private RecordView view(LogSlice slice) {
        RecordView reused = view;
        if (reused == null) {
            reused = new RecordView();
            view = reused;
        }
        return reused.wrap(slice.memory(), 0, slice.size());
    }

    private void add(long position, int size) {
        if (position != runEnd) {
            closeRun();
            runStart = position;
        }
        runEnd = position + size;
        runCount++;
        count++;
        bytes += size;
    }

    private void closeRun() {
        if (runCount == 0) {
            return;
        }
        LogSlice slice = log.slice(runStart, (int) (runEnd - runStart));
        if (slice == null) {
            // deleted since the walk began: as if the records had not been there
            count -= runCount;
            bytes -= (int) (runEnd - runStart);
        } else {
            slices.add(slice);
            endPosition = runEnd;
        }
        runCount = 0;
    }
}
