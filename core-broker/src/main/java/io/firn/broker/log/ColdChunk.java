package io.firn.broker.log;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A piece of a segment in memory outside the heap: a cell, which starts at a multiple of {@link #CELL_BYTES} in the file,
 * and the start of the next one, so that records which begin in the cell are mostly whole in it.
 *
 * <pre>
 *   file    |        cell        |        cell        |        cell  |
 *   chunk   |                    | overlap |
 *   chunk                        |                    | overlap |
 *   chunk                                             |              |
 * </pre>
 *
 * Counted as a {@link MappedFile} is: one hold for {@link ColdReads}, one for each reader; the memory goes with the last.
 */
final class ColdChunk implements Hold {

    static final int CELL_BYTES = 1 << 20;
    static final int OVERLAP_BYTES = 64 * 1024;
    static final int BYTES = CELL_BYTES + OVERLAP_BYTES;

    private final Room room;
    private final long position;
    private final long end;
    private final AtomicInteger holds = new AtomicInteger(1);

    /** Memory for one chunk, and what frees it. */
    record Room(Arena arena, MemorySegment memory) {

        /**
         * Takes memory.
         *
         * @throws OutOfMemoryError when the JVM may take no more outside the heap
         */
        @SuppressWarnings("MustBeClosedChecker") // closed with the last hold of the last chunk in it
        static Room take() {
            Arena arena = Arena.ofShared();
            try {
                // no block of a disk that is read directly is larger than the overlap
                return new Room(arena, arena.allocate(BYTES, OVERLAP_BYTES));
            } catch (OutOfMemoryError e) {
                arena.close();
                throw e;
            }
        }

        /** All of it, for reading to. */
        ByteBuffer buffer() {
            return memory.asByteBuffer();
        }

        void free() {
            arena.close();
        }
    }

    /**
     * The bytes from {@code position} to {@code end} stand at the start of {@code room}. Begins with one hold, that of
     * its maker.
     */
    ColdChunk(Room room, long position, long end) {
        this.room = room;
        this.position = position;
        this.end = end;
    }

    /** Where a cell that holds {@code position} starts; the log position of a file's first byte is {@code base}. */
    static long cellOf(long position, long base) {
        return position - (position - base) % CELL_BYTES;
    }

    int length() {
        return (int) (end - position);
    }

    /** Whether all of a range is here. */
    boolean covers(long from, int size) {
        return from >= position && from + size <= end;
    }

    /** The bytes of a range that it {@link #covers}, readable while it is held. */
    MemorySegment bytes(long from, int size) {
        return room.memory().asSlice(from - position, size);
    }

    /** One more hold, for somebody who is certain that there is one. */
    void retain() {
        int before = holds.getAndIncrement();
        assert before > 0 : this + " is gone";
    }

    @Override
    public void release() {
        int left = holds.decrementAndGet();
        assert left >= 0 : this + " released more often than retained";
        if (left == 0) {
            room.free();
        }
    }

    /** Whether nobody but its maker holds it: then nobody else can, for holds are given by its maker or shared. */
    boolean isIdle() {
        return holds.get() == 1;
    }

    /** Its memory for another chunk, when it {@link #isIdle} and will not be used any more. */
    Room room() {
        return room;
    }

    @Override
    public String toString() {
        return "chunk " + position + ".." + end;
    }
}
