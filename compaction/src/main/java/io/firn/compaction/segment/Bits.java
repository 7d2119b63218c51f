package io.firn.compaction.segment;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A row of bits on the heap. Written by one thread until it is handed on; then read by any. */
public final class Bits {

    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final int BLOCK_WORDS = 8;

    private final long[] words;
    private final long size;

    private Bits(long[] words, long size) {
        this.words = words;
        this.size = size;
    }

    /** All clear. */
    public static Bits clear(long size) {
        return new Bits(new long[words(size)], size);
    }

    /** All set. */
    public static Bits full(long size) {
        Bits bits = clear(size);
        Arrays.fill(bits.words, -1L);
        if ((size & 63) != 0) {
            bits.words[bits.words.length - 1] = (1L << (size & 63)) - 1;
        }
        return bits;
    }

    /** Words as {@link SegmentWriter#writeLive} puts them: one long for 64 bits, lowest bit first. */
    static Bits read(MemorySegment content, long size) {
        Bits bits = clear(size);
        for (int i = 0; i < bits.words.length; i++) {
            bits.words[i] = content.get(LONG, (long) i * Long.BYTES);
        }
        return bits;
    }

    private static int words(long size) {
        return Math.toIntExact((size + 63) >>> 6);
    }

    /** A copy to change. */
    public Bits copy() {
        return new Bits(words.clone(), size);
    }

    /** How many bits there are. */
    public long size() {
        return size;
    }

    /** One bit. */
    public boolean get(long index) {
        return (words[(int) (index >>> 6)] >>> index & 1) != 0;
    }

    /** Sets one bit. */
    public void set(long index) {
        words[(int) (index >>> 6)] |= 1L << index;
    }

    /** Clears one bit. */
    public void clearAt(long index) {
        words[(int) (index >>> 6)] &= ~(1L << index);
    }

    /** The first set bit at or after {@code from}; the size when there is none. */
    public long next(long from) {
        if (from >= size) {
            return size;
        }
        int at = (int) (from >>> 6);
        long word = words[at] & (-1L << from);
        while (word == 0) {
            if (++at == words.length) {
                return size;
            }
            word = words[at];
        }
        return ((long) at << 6) + Long.numberOfTrailingZeros(word);
    }

    /** Set bits in {@code [from, to)}. */
    public long count(long from, long to) {
        if (from >= to) {
            return 0;
        }
        int first = (int) (from >>> 6);
        int last = (int) ((to - 1) >>> 6);
        long firstMask = -1L << from;
        long lastMask = -1L >>> -to;
        if (first == last) {
            return Long.bitCount(words[first] & firstMask & lastMask);
        }
        long count = (long) Long.bitCount(words[first] & firstMask) + Long.bitCount(words[last] & lastMask);
        for (int i = first + 1; i < last; i++) {
            count += Long.bitCount(words[i]);
        }
        return count;
    }

    /** Set bits in all. */
    public long count() {
        return count(0, size);
    }

    long word(int index) {
        return words[index];
    }

    int wordCount() {
        return words.length;
    }

    /** Ranks of these bits as they are now. */
    public Ranks ranks() {
        int[] before = new int[words.length / BLOCK_WORDS + 1];
        int count = 0;
        for (int i = 0; i < words.length; i++) {
            if (i % BLOCK_WORDS == 0) {
                before[i / BLOCK_WORDS] = count;
            }
            count += Long.bitCount(words[i]);
        }
        return new Ranks(this, before);
    }

    /** How many set bits lie before a bit: eight words to look at, at most. At most 2^31 set bits. */
    public static final class Ranks {
        private final Bits bits;
        private final int[] before;

        private Ranks(Bits bits, int[] before) {
            this.bits = bits;
            this.before = before;
        }

        /** Set bits in {@code [0, index)}. */
        public int rank(long index) {
            int word = (int) (index >>> 6);
            int block = word / BLOCK_WORDS;
            int count = block < before.length ? before[block] : 0;
            for (int i = block * BLOCK_WORDS; i < word; i++) {
                count += Long.bitCount(bits.words[i]);
            }
            return (index & 63) == 0 ? count : count + Long.bitCount(bits.words[word] & ((1L << index) - 1));
        }
    }
}
