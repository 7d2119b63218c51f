package io.firn.broker.queue;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * One entry of a consume queue (RocketMQ format, big endian). Entry {@code i} of a queue stands at byte {@code 20 * i};
 * files are named by the byte they start at, in 20 digits.
 *
 * <pre>
 *   off  size
 *     0     8  position of the record in the log
 *     8     4  size of the record; 0 or less: the queue ends here; 7FFFFFFF: a blank, no message has this offset
 *    12     8  tags code: hash of the tags, sign-extended; due time in ms in the queues of delayed messages
 * </pre>
 *
 * Blanks stand for offsets below the first message of a queue (position 0, in its first file) and for offsets the log
 * has no record of (position of the record behind the gap, so that positions never fall within a queue).
 */
final class QueueUnit {

    static final int BYTES = 20;
    /** The size that marks an entry without a message. */
    static final int BLANK_SIZE = Integer.MAX_VALUE;

    private static final int SIZE = 8;
    private static final int TAGS = 12;

    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private QueueUnit() {}

    static void write(MemorySegment file, long at, long position, int size, long tagsCode) {
        file.set(LONG, at, position);
        file.set(INT, at + SIZE, size);
        file.set(LONG, at + TAGS, tagsCode);
    }

    static long position(MemorySegment file, long at) {
        return file.get(LONG, at);
    }

    static int size(MemorySegment file, long at) {
        return file.get(INT, at + SIZE);
    }

    static long tagsCode(MemorySegment file, long at) {
        return file.get(LONG, at + TAGS);
    }

    /** Whether an entry with these fields stands before the first message of its queue. */
    static boolean isLeading(long position, int size) {
        return position == 0 && size == BLANK_SIZE;
    }

    /** Whether an entry with these fields was written at all. */
    static boolean isWritten(long position, int size) {
        return position >= 0 && size > 0;
    }
}
