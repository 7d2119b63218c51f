package io.firn.compaction.segment;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Where each record of a segment is; records are numbered in queue order from 0 (their ordinal). Content (big endian):
 *
 * <pre>
 *   off  size
 *     0     8  store time of the first record, ms: the time base
 *  then for each record, 24 bytes:
 *     0     4  queue offset - base offset of the segment
 *     4     4  where the record starts in the log's content, unsigned
 *     8     4  size of the record; bit 31: it is a tombstone
 *    12     4  (store time - time base) / 64 ms, rounded down, signed
 *    16     8  hash of its tags, as in a queue's entry
 * </pre>
 *
 * A segment without gaps is addressed directly, others by binary search. Any thread.
 */
public final class SegmentIndex {

    static final int PRELUDE_BYTES = 8;
    static final int RECORD_BYTES = 24;
    static final int TOMBSTONE = 1 << 31;
    static final int TIME_SHIFT = 6;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final MemorySegment content;
    private final long base;
    private final int count;
    private final long timeBase;
    private final boolean dense;

    SegmentIndex(MemorySegment content, long base) {
        this.content = content;
        this.base = base;
        this.count = (int) ((content.byteSize() - PRELUDE_BYTES) / RECORD_BYTES);
        this.timeBase = content.get(LONG, 0);
        this.dense = offset(count - 1) - base == count - 1;
    }

    private static long at(int ordinal) {
        return PRELUDE_BYTES + (long) ordinal * RECORD_BYTES;
    }

    /** Number of records, at least 1. */
    public int count() {
        return count;
    }

    /** Queue offset of a record. */
    public long offset(int ordinal) {
        return base + content.get(INT, at(ordinal));
    }

    /** Where a record starts in the log's content. */
    public long position(int ordinal) {
        return Integer.toUnsignedLong(content.get(INT, at(ordinal) + 4));
    }

    /** Bytes of a record. */
    public int size(int ordinal) {
        return content.get(INT, at(ordinal) + 8) & ~TOMBSTONE;
    }

    /** Whether a record deletes its key. */
    public boolean isTombstone(int ordinal) {
        return content.get(INT, at(ordinal) + 8) < 0;
    }

    /** Store time of a record, up to 63 ms too early. */
    public long storeTimeFloor(int ordinal) {
        return timeBase + ((long) content.get(INT, at(ordinal) + 12) << TIME_SHIFT);
    }

    /** Hash of a record's tags. */
    public long tagsCode(int ordinal) {
        return content.get(LONG, at(ordinal) + 16);
    }

    /** The first record whose queue offset is at least this; the count when there is none. */
    public int ceiling(long offset) {
        if (offset <= base) {
            return 0;
        }
        if (offset > offset(count - 1)) {
            return count;
        }
        return dense ? (int) (offset - base) : search(offset);
    }

    private int search(long offset) {
        int low = 0;
        int high = count - 1;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (offset(middle) < offset) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
