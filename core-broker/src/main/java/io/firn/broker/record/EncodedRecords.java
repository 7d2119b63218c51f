package io.firn.broker.record;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * One record, or the records of one batch, as they will stand in the log, contiguous. Made by a {@link RecordEncoder}
 * and valid until its next encoding; owner: the encoding thread. The log fills in the place with {@link #placed}.
 */
public final class EncodedRecords {

    private static final int FIRST_CAPACITY = 16;

    private MemorySegment bytes = MemorySegment.NULL;
    private int length;
    private int count;
    private int[] offsets = new int[FIRST_CAPACITY];
    private int sysFlag;
    private long position;
    private long queueOffset;
    private long storeTimestamp;

    EncodedRecords() {}

    void begin(int commonSysFlag) {
        sysFlag = commonSysFlag;
        count = 0;
        length = 0;
    }

    /** Notes one record that starts where the last one ended. */
    void add(int size) {
        if (count + 1 >= offsets.length) {
            offsets = Arrays.copyOf(offsets, offsets.length * 2);
        }
        offsets[count++] = length;
        length += size;
        offsets[count] = length;
    }

    void finish(MemorySegment scratch) {
        bytes = scratch;
    }

    /** The records' bytes from 0 to {@link #length()}; more may follow that is not theirs. */
    public MemorySegment bytes() {
        return bytes;
    }

    /** Bytes of all records together. */
    public int length() {
        return length;
    }

    /** How many records; at least 1. */
    public int count() {
        return count;
    }

    /** How many queue offsets the records take: none when they are prepared or rolled back, else {@link #count()}. */
    public int queueSlots() {
        return SysFlag.takesQueueOffset(sysFlag) ? count : 0;
    }

    /** Where record {@code i} starts in {@link #bytes()}. */
    public int offsetOf(int i) {
        return offsets[i];
    }

    /** Bytes of record {@code i}. */
    public int sizeOf(int i) {
        return offsets[i + 1] - offsets[i];
    }

    /**
     * Writes the three fields that are known only under the append lock into every record: its own position, its queue
     * offset (0 when it takes none) and the store time. Called by the log's writer.
     *
     * @param firstPosition log position of the first record
     * @param firstQueueOffset queue offset of the first record
     * @param storeTimeMs when they are stored, ms since the epoch
     */
    public void placed(long firstPosition, long firstQueueOffset, long storeTimeMs) {
        boolean queued = SysFlag.takesQueueOffset(sysFlag);
        int timestampAt = RecordLayout.storeTimestampAt(sysFlag);
        for (int i = 0; i < count; i++) {
            long at = offsets[i];
            bytes.set(RecordLayout.LONG, at + RecordLayout.QUEUE_OFFSET, queued ? firstQueueOffset + i : 0);
            bytes.set(RecordLayout.LONG, at + RecordLayout.PHYSICAL_OFFSET, firstPosition + at);
            bytes.set(RecordLayout.LONG, at + timestampAt, storeTimeMs);
        }
        position = firstPosition;
        queueOffset = queued ? firstQueueOffset : 0;
        storeTimestamp = storeTimeMs;
    }

    /** After the append: log position of the first record. */
    public long position() {
        return position;
    }

    /** After the append: log position of record {@code i}. */
    public long positionOf(int i) {
        return position + offsets[i];
    }

    /** After the append: log position behind the last record, what a flush has to reach. */
    public long endPosition() {
        return position + length;
    }

    /** After the append: queue offset of the first record; 0 when it takes none. */
    public long queueOffset() {
        return queueOffset;
    }

    /** After the append: ms since the epoch, the same in all records. */
    public long storeTimestamp() {
        return storeTimestamp;
    }
}
