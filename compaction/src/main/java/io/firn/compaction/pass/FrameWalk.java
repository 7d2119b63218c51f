package io.firn.compaction.pass;

import io.firn.compaction.frame.FrameFault;
import io.firn.compaction.frame.FrameReader;
import io.firn.compaction.store.Manifest;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Walks the records of a window, around its holes, and sees to it that none is missing: offsets are dense but for the holes. One
 * thread.
 */
final class FrameWalk implements AutoCloseable {

    private static final long CHUNK_BYTES = 1 << 20;

    private final RecordSource source;
    private final Manifest manifest;
    private final IoBudget io;
    private final long to;
    private final FrameReader frame = new FrameReader();
    private @Nullable RecordCursor cursor;
    private long rangeEnd;
    private long offset;
    private long unaccounted;

    FrameWalk(RecordSource source, Manifest manifest, IoBudget io, long from, long to) {
        this.source = source;
        this.manifest = manifest;
        this.io = io;
        this.to = to;
        this.offset = from - 1;
        this.rangeEnd = from;
    }

    /** Goes to the next record; false at the end of the window. */
    boolean next() throws IOException {
        long expected = offset + 1;
        if (expected >= rangeEnd) {
            expected = manifest.skipHoles(expected);
            if (expected >= to) {
                return false;
            }
            openRange(expected);
        }
        RecordCursor open = cursor();
        if (source.hasGaps()) {
            boolean found = open.next();
            offset = found ? open.offset() : to - 1;
            return found;
        }
        if (!open.next()) {
            throw new BadRecordException(expected, "is missing: the queue has no entry for it");
        }
        if (open.offset() != expected) {
            throw new BadRecordException(expected, "is missing: the queue goes on at " + open.offset());
        }
        offset = expected;
        return true;
    }

    private void openRange(long from) throws IOException {
        close();
        rangeEnd = manifest.nextHole(from, to);
        cursor = source.scan(from, rangeEnd);
    }

    private RecordCursor cursor() {
        if (cursor == null) {
            throw new IllegalStateException("asked for a record before the first");
        }
        return cursor;
    }

    /** Reads the fields of the present record; throws when it is not sound, or not the one its queue entry promises. */
    FrameReader read() throws IOException {
        FrameFault fault = frame.read(memory(), at());
        if (fault == FrameFault.NONE && frame.queueOffset() != offset) {
            fault = FrameFault.OFFSET;
        }
        if (fault != FrameFault.NONE) {
            throw new BadRecordException(offset, fault.text());
        }
        account(frame.size());
        return frame;
    }

    /** Counts bytes read or written against the rate; now and then waits for it. */
    void account(long bytes) throws IOException {
        unaccounted += bytes;
        if (unaccounted >= CHUNK_BYTES) {
            io.take(unaccounted);
            unaccounted = 0;
        }
    }

    /** Queue offset after the last the walk goes to. */
    long end() {
        return to;
    }

    long offset() {
        return offset;
    }

    MemorySegment memory() {
        return cursor().memory();
    }

    long at() {
        return cursor().at();
    }

    @Override
    public void close() {
        if (cursor != null) {
            cursor.close();
            cursor = null;
        }
    }
}
