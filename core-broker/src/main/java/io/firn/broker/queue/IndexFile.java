package io.firn.broker.queue;

import io.firn.broker.log.MappedFile;
import io.firn.broker.log.MappedFile.Access;
import io.firn.broker.runtime.StorageException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import java.util.function.LongConsumer;

/**
 * One file of the key index: a hash table with chains, in RocketMQ's format, big endian; named by the local time it was
 * made at.
 *
 * <pre>
 *   off  size
 *     0     8  store time of the first record, ms
 *     8     8  store time of the last record, ms
 *    16     8  log position of the first record
 *    24     8  log position of the last record
 *    32     4  hash slots in use
 *    36     4  number of the next entry, 1 for an empty file: entry 0 is never used
 *    40    4s  slots: number of the newest entry with a hash of this slot, 0 for none
 *  40+4s  20e  entries: hash (4), log position (8), seconds since the first record (4), older entry of the slot (4)
 * </pre>
 *
 * A file is seeded with the end of the one before it: its times and positions are the first record's until there is a
 * record. The dispatcher's thread writes; any thread queries: an entry is complete before a slot points to it.
 */
final class IndexFile {

    static final int BEGIN_TIME = 0;
    static final int END_TIME = 8;
    static final int BEGIN_POSITION = 16;
    static final int END_POSITION = 24;
    static final int SLOT_COUNT = 32;
    static final int NEXT_ENTRY = 36;
    static final int HEAD_BYTES = 40;
    static final int SLOT_BYTES = 4;
    static final int ENTRY_BYTES = 20;
    static final int ENTRY_POSITION = 4;
    static final int ENTRY_SECONDS = 12;
    static final int ENTRY_OLDER = 16;
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private static final VarHandle SLOT =
            ValueLayout.JAVA_INT.withOrder(ByteOrder.BIG_ENDIAN).varHandle();
    private static final VarHandle LAST_TIME_MS;
    private static final VarHandle LAST_POSITION;
    private static final VarHandle NEXT;
    private static final int CHUNK_SHIFT = 16;
    private static final long MS_PER_SECOND = 1_000;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            LAST_TIME_MS = lookup.findVarHandle(IndexFile.class, "endTimeMs", long.class);
            LAST_POSITION = lookup.findVarHandle(IndexFile.class, "endPosition", long.class);
            NEXT = lookup.findVarHandle(IndexFile.class, "nextEntry", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final LazyFile file;
    private final Shape shape;
    private final Origin origin;
    /** Chunks of the file that have disk space and pages; dispatcher's thread. */
    private final BitSet ready = new BitSet();

    /**
     * The head's fields; written by the dispatcher's thread, {@link #nextEntry} last, by release stores: whoever sees a
     * number sees what was written before it. Nobody here writes and then looks at what others wrote, so no full fence is
     * needed, which would wait for the stores to slot and entry.
     */
    private volatile long beginTimeMs;

    private volatile long endTimeMs;
    private volatile long endPosition;
    private int slotCount;
    private volatile int nextEntry;

    /** Where a file comes from. */
    enum Origin {
        /** Made by this run: a chunk not yet ready is zero. */
        NEW,
        /** Found at opening: any chunk may hold entries, or be a hole. */
        FOUND
    }

    /** How many slots and entries a file has. */
    record Shape(int slots, int entries) {

        long fileBytes() {
            return HEAD_BYTES + (long) SLOT_BYTES * slots + (long) ENTRY_BYTES * entries;
        }

        long slotAt(int hash) {
            return HEAD_BYTES + (long) SLOT_BYTES * (hash % slots);
        }

        long entryAt(int number) {
            return HEAD_BYTES + (long) SLOT_BYTES * slots + (long) ENTRY_BYTES * number;
        }
    }

    /** A file with this head, see the diagram. */
    IndexFile(LazyFile file, Shape shape, ByteBuffer head, Origin origin) {
        this.origin = origin;
        this.file = file;
        this.shape = shape;
        this.beginTimeMs = head.getLong(BEGIN_TIME);
        this.endTimeMs = head.getLong(END_TIME);
        this.endPosition = head.getLong(END_POSITION);
        this.slotCount = head.getInt(SLOT_COUNT);
        this.nextEntry = Math.max(1, head.getInt(NEXT_ENTRY));
    }

    /** The head of a file that follows {@code previous}. */
    static ByteBuffer seededBy(IndexFile previous) {
        return ByteBuffer.allocate(HEAD_BYTES)
                .putLong(BEGIN_TIME, previous.endTimeMs)
                .putLong(END_TIME, previous.endTimeMs)
                .putLong(BEGIN_POSITION, previous.endPosition)
                .putLong(END_POSITION, previous.endPosition);
    }

    LazyFile file() {
        return file;
    }

    long endTimeMs() {
        return endTimeMs;
    }

    long beginTimeMs() {
        return beginTimeMs;
    }

    long endPosition() {
        return endPosition;
    }

    boolean isEmpty() {
        return nextEntry <= 1;
    }

    int nextEntry() {
        return nextEntry;
    }

    boolean isFull() {
        return nextEntry >= shape.entries;
    }

    /** Adds an entry; the file, held by the caller, must not be full. Dispatcher's thread. */
    void put(MappedFile mapping, int hash, long position, long storeTimeMs) {
        int number = nextEntry;
        long slotAt = shape.slotAt(hash);
        long entryAt = shape.entryAt(number);
        makeReady(mapping, 0, HEAD_BYTES);
        makeReady(mapping, slotAt, SLOT_BYTES);
        makeReady(mapping, entryAt, ENTRY_BYTES);
        MemorySegment memory = mapping.memory();
        int newest = memory.get(INT, slotAt);
        int older = newest <= 0 || newest > number ? 0 : newest;
        memory.set(INT, entryAt, hash);
        memory.set(LONG, entryAt + ENTRY_POSITION, position);
        memory.set(INT, entryAt + ENTRY_SECONDS, secondsSinceBegin(storeTimeMs));
        memory.set(INT, entryAt + ENTRY_OLDER, older);
        SLOT.setRelease(memory, slotAt, number);
        updateHead(memory, position, storeTimeMs, older == 0 ? slotCount + 1 : slotCount);
    }

    private void updateHead(MemorySegment memory, long position, long storeTimeMs, int slots) {
        int number = nextEntry;
        if (number <= 1) {
            beginTimeMs = storeTimeMs;
            memory.set(LONG, BEGIN_TIME, storeTimeMs);
            memory.set(LONG, BEGIN_POSITION, position);
        }
        slotCount = slots;
        LAST_TIME_MS.setRelease(this, storeTimeMs);
        LAST_POSITION.setRelease(this, position);
        memory.set(LONG, END_TIME, storeTimeMs);
        memory.set(LONG, END_POSITION, position);
        memory.set(INT, SLOT_COUNT, slots);
        memory.set(INT, NEXT_ENTRY, number + 1);
        NEXT.setRelease(this, number + 1);
    }

    /** Against the time the file was seeded with, for its first entry. */
    private int secondsSinceBegin(long storeTimeMs) {
        long begin = beginTimeMs;
        if (begin <= 0) {
            return 0;
        }
        return Math.clamp((storeTimeMs - begin) / MS_PER_SECOND, 0, Integer.MAX_VALUE);
    }

    /** Gives a range disk space, so that a full disk is an exception and not a fault in the middle of a store. */
    private void makeReady(MappedFile mapping, long at, int length) {
        int last = (int) ((at + length - 1) >>> CHUNK_SHIFT);
        for (int chunk = (int) (at >>> CHUNK_SHIFT); chunk <= last; chunk++) {
            if (!ready.get(chunk)) {
                long from = (long) chunk << CHUNK_SHIFT;
                int bytes = (int) Math.min(1L << CHUNK_SHIFT, mapping.length() - from);
                if (origin == Origin.NEW) {
                    mapping.populate(from, bytes);
                } else {
                    rewrite(mapping, from, bytes);
                }
                ready.set(chunk);
            }
        }
    }

    /** Writes a range's own bytes to the file: holes in it get disk space, or an exception. */
    static void rewrite(MappedFile mapping, long from, int bytes) {
        try (FileChannel channel = FileChannel.open(mapping.path(), StandardOpenOption.WRITE)) {
            ByteBuffer copy =
                    ByteBuffer.wrap(mapping.memory().asSlice(from, bytes).toArray(ValueLayout.JAVA_BYTE));
            while (copy.hasRemaining()) {
                channel.write(copy, from + copy.position());
            }
        } catch (IOException e) {
            throw new StorageException("can not write " + mapping.path() + ": " + e, e);
        }
    }

    /** Whether the file may have records of a time range. */
    boolean overlaps(long beginMs, long endMs) {
        return beginMs <= endTimeMs && endMs >= beginTimeMs;
    }

    /** Gives the positions of a hash and time range, newest first, at most {@code max}; returns how many. Any thread. */
    int query(int hash, KeyIndex.Range range, int max, LongConsumer positions) {
        int next = nextEntry;
        MappedFile mapping = next <= 1 ? null : file.acquire(Access.READ_WRITE);
        if (mapping == null) {
            return 0;
        }
        try {
            MemorySegment memory = mapping.memory();
            long begin = beginTimeMs;
            int found = 0;
            int number = (int) SLOT.getAcquire(memory, shape.slotAt(hash));
            while (number > 0 && number < shape.entries && found < max) {
                long at = shape.entryAt(number);
                int seconds = memory.get(INT, at + ENTRY_SECONDS);
                // the first entry's seconds are counted from the file before
                long timeMs = number == 1 ? begin : begin + seconds * MS_PER_SECOND;
                if (seconds < 0) {
                    break;
                }
                if (memory.get(INT, at) == hash && range.containsSecondFrom(timeMs)) {
                    positions.accept(memory.get(LONG, at + ENTRY_POSITION));
                    found++;
                }
                int older = memory.get(INT, at + ENTRY_OLDER);
                // chains lead to smaller numbers: damage must not become an endless walk
                number = older < number && timeMs + MS_PER_SECOND > range.beginMs() ? older : 0;
            }
            return found;
        } finally {
            mapping.release();
        }
    }
}
