package io.firn.compaction.segment;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The keys of a segment's records by hash, sorted (unsigned); a record without key is not in it. Content (big endian),
 * for each record 20 bytes:
 *
 * <pre>
 *   off  size
 *     0    16  SipHash-2-4-128 of the key under the queue's seed
 *    16     4  ordinal of the record in the index
 * </pre>
 *
 * Hashes are spread evenly, so where one must be is known to within a few pages: a look-up starts there and needs no fence
 * and no filter. Any thread.
 */
public final class KeyFile {

    static final int RECORD_BYTES = 20;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int FIRST_STEP = 16;

    private final MemorySegment content;
    private final int count;

    KeyFile(MemorySegment content) {
        this.content = content;
        this.count = (int) (content.byteSize() / RECORD_BYTES);
    }

    /** Number of keys. */
    public int count() {
        return count;
    }

    /** First half of a hash. */
    public long high(int index) {
        return content.get(LONG, (long) index * RECORD_BYTES);
    }

    /** Second half of a hash. */
    public long low(int index) {
        return content.get(LONG, (long) index * RECORD_BYTES + 8);
    }

    /** The record that has the key. */
    public int ordinal(int index) {
        return content.get(INT, (long) index * RECORD_BYTES + 16);
    }

    /** The ordinal of the record whose key has this hash, or -1. */
    public int find(long high, long low) {
        int index = ceiling(high, low);
        return index < count && high(index) == high && low(index) == low ? ordinal(index) : -1;
    }

    /** The first entry that is not below the hash; the count when there is none. */
    private int ceiling(long high, long low) {
        if (count == 0) {
            return 0;
        }
        int guess = (int) Math.unsignedMultiplyHigh(high, count);
        int from = guess;
        int to = guess;
        int step = FIRST_STEP;
        while (from > 0 && compare(from, high, low) >= 0) {
            to = from;
            from = Math.max(0, from - step);
            step <<= 1;
        }
        while (to < count && compare(to, high, low) < 0) {
            from = to;
            to = (int) Math.min(count, (long) to + step);
            step <<= 1;
        }
        return search(from, to, high, low);
    }

    private int search(int from, int to, long high, long low) {
        int left = from;
        int right = to;
        while (left < right) {
            int middle = (left + right) >>> 1;
            if (compare(middle, high, low) < 0) {
                left = middle + 1;
            } else {
                right = middle;
            }
        }
        return left;
    }

    /** Entry against hash: negative, zero or positive. */
    public int compare(int index, long high, long low) {
        int order = Long.compareUnsigned(high(index), high);
        return order != 0 ? order : Long.compareUnsigned(low(index), low);
    }
}
