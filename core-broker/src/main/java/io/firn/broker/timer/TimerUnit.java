package io.firn.broker.timer;

import java.nio.ByteBuffer;

/**
 * One entry of the timer log: a record of the timer topic, and the slot it waits in.
 *
 * <pre>
 *  0 int  52            12 int  magic: 1, | 2 to be stored again, | 4 recalls        24 int  slot time − 16, ms
 *  4 long previous       16 long when it was noted, ms since the epoch                28 long log position of the record
 *    of the slot, or −1                                                               36 int  bytes of the record
 *                                                                                     40 int  hash of its own topic
 *                                                                                     44 long 0
 * </pre>
 *
 * All big-endian; RocketMQ's format.
 *
 * @param previous position in the timer log of the entry before it in the same slot; {@link #NONE} for the first
 */
record TimerUnit(long previous, int magic, long notedMs, int waitMs, long position, int size, int topicHash) {

    static final int BYTES = 52;
    static final long NONE = -1;

    static final int PLAIN = 1;
    static final int ROLLS = 2;
    static final int RECALLS = 4;
    private static final int MAGIC_BITS = 0xF;

    /** The first millisecond of its slot. */
    long slotMs() {
        return notedMs + waitMs;
    }

    boolean isRolled() {
        return (magic & ROLLS) != 0;
    }

    /** Whether it takes another one back; one that is rolled does so later. */
    boolean isRecall() {
        return (magic & RECALLS) != 0 && !isRolled();
    }

    void writeTo(ByteBuffer out) {
        out.putInt(BYTES)
                .putLong(previous)
                .putInt(magic)
                .putLong(notedMs)
                .putInt(waitMs)
                .putLong(position)
                .putInt(size)
                .putInt(topicHash)
                .putLong(0);
    }

    /** Reads an entry behind its first field. */
    static TimerUnit read(ByteBuffer in) {
        TimerUnit unit = new TimerUnit(
                in.getLong(), in.getInt(), in.getLong(), in.getInt(), in.getLong(), in.getInt(), in.getInt());
        in.getLong();
        return unit;
    }

    /** Whether it can be the entry at this position of the timer log; half of one is not. */
    boolean isWholeAt(long at) {
        return (magic | MAGIC_BITS) == MAGIC_BITS && previous < at && notedMs > 0 && position >= 0 && size > 0;
    }
}
