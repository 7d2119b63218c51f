package io.firn.compaction.pass;

import static io.firn.compaction.pass.SortedKeys.ENTRY_BYTES;
import static io.firn.compaction.pass.SortedKeys.LONG;

import java.lang.foreign.MemorySegment;

/**
 * Key hash to latest offset, in memory the caller lends: open addressing, 24 bytes a slot, no object per key. A hash's home is
 * proportional to its value, and a full slot sends it to the right, never around: so the table is almost sorted as it stands
 * and {@link #sort()} has only neighbours to exchange. One thread.
 */
final class KeyTable {

    /** The key was not there. */
    static final long ABSENT = -1;
    /** The key was not there, and there is no room for it. */
    static final long FULL = -2;

    private static final double LOAD = 0.75;
    private static final double TIGHT_LOAD = 0.95;
    /** Slots behind the last home, for the runs that reach beyond it. */
    private static final long TAIL_SLOTS = 512;

    private final MemorySegment memory;
    private final long end;
    private final long homes;
    private long limit;
    private int shift;
    private long size;

    KeyTable(MemorySegment memory) {
        this.memory = memory;
        this.end = memory.byteSize() / ENTRY_BYTES;
        this.homes = end - Math.min(TAIL_SLOTS, end / 2);
        this.limit = (long) (homes * LOAD);
    }

    /** Bytes of a table that certainly holds so many keys. */
    static long bytesFor(long keys) {
        return ((long) Math.ceil(keys / LOAD) + 2 + TAIL_SLOTS) * ENTRY_BYTES;
    }

    /** Keys a table of this size holds before it is full. */
    long limit() {
        return limit;
    }

    /** Empties the table for hashes that agree in their first {@code commonBits}, and lets it get tighter than usual. */
    void reset(int commonBits) {
        memory.fill((byte) 0);
        size = 0;
        shift = commonBits;
        limit = (long) (homes * TIGHT_LOAD);
    }

    /** Sets the latest offset of a key; answers the one before, {@link #ABSENT} or {@link #FULL}. */
    long put(long high, long low, long offset) {
        long slot = Math.unsignedMultiplyHigh(high << shift, homes);
        for (long at = slot * ENTRY_BYTES; slot < end; slot++, at += ENTRY_BYTES) {
            long stored = memory.get(LONG, at + 16);
            if (stored == 0) {
                return insert(at, high, low, offset);
            }
            if (memory.get(LONG, at) == high && memory.get(LONG, at + 8) == low) {
                memory.set(LONG, at + 16, offset + 1);
                return stored - 1;
            }
        }
        return FULL;
    }

    /** The latest offset of a key, or {@link #ABSENT}. */
    long get(long high, long low) {
        long slot = Math.unsignedMultiplyHigh(high << shift, homes);
        for (long at = slot * ENTRY_BYTES; slot < end; slot++, at += ENTRY_BYTES) {
            long stored = memory.get(LONG, at + 16);
            if (stored == 0) {
                return ABSENT;
            }
            if (memory.get(LONG, at) == high && memory.get(LONG, at + 8) == low) {
                return stored - 1;
            }
        }
        return ABSENT;
    }

    private long insert(long at, long high, long low, long offset) {
        if (size >= limit) {
            return FULL;
        }
        memory.set(LONG, at, high);
        memory.set(LONG, at + 8, low);
        memory.set(LONG, at + 16, offset + 1);
        size++;
        return ABSENT;
    }

    /** Moves all entries to the front, in order; nothing can be put afterwards until {@link #reset}. */
    SortedKeys sort() {
        long sorted = 0;
        for (long slot = 0; slot < end; slot++) {
            long at = slot * ENTRY_BYTES;
            long stored = memory.get(LONG, at + 16);
            if (stored != 0) {
                insertSorted(memory.get(LONG, at), memory.get(LONG, at + 8), stored, sorted);
                sorted++;
            }
        }
        limit = 0;
        return new SortedKeys(memory, sorted);
    }

    private void insertSorted(long high, long low, long stored, long sorted) {
        long free = sorted * ENTRY_BYTES;
        long at = free;
        while (at > 0 && isAfter(at - ENTRY_BYTES, high, low)) {
            at -= ENTRY_BYTES;
        }
        if (at < free) {
            MemorySegment.copy(memory, at, memory, at + ENTRY_BYTES, free - at);
        }
        memory.set(LONG, at, high);
        memory.set(LONG, at + 8, low);
        memory.set(LONG, at + 16, stored);
    }

    private boolean isAfter(long at, long high, long low) {
        int order = Long.compareUnsigned(memory.get(LONG, at), high);
        return order > 0 || (order == 0 && Long.compareUnsigned(memory.get(LONG, at + 8), low) > 0);
    }
}
