package io.firn.compaction.pass;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Hashes of keys in ascending order (unsigned), each with the offset of its latest record. An entry is 24 bytes: hash 16,
 * queue offset + 1 as 8 (0 marks an empty slot of the table they come from).
 *
 * @param memory the entries, one after the other
 * @param count how many
 */
record SortedKeys(MemorySegment memory, long count) {

    static final int ENTRY_BYTES = 24;
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    long high(long index) {
        return memory.get(LONG, index * ENTRY_BYTES);
    }

    long low(long index) {
        return memory.get(LONG, index * ENTRY_BYTES + 8);
    }

    /** Whether this entry of a spill file is the first of two, the second of which has the condition. */
    boolean isConditional(long index) {
        return memory.get(LONG, index * ENTRY_BYTES + 16) < 0;
    }

    long offset(long index) {
        return Math.abs(memory.get(LONG, index * ENTRY_BYTES + 16)) - 1;
    }
}
