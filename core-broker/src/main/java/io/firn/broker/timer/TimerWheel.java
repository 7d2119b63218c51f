package io.firn.broker.timer;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.BitSet;

/**
 * The slots of two weeks, {@code timerwheel}, each the head of a chain of entries of the timer log; slot of a time: number of
 * the slot since the epoch modulo {@link #SLOTS}.
 *
 * <pre>
 * 0 long number of the slot since the epoch | 8 long first entry | 16 long last entry | 24 int messages | 28 int 0
 * </pre>
 *
 * All big-endian; RocketMQ's format. A slot stays in the file when it was delivered: which slots are waiting is known in
 * memory, so that nobody looks for them. Owner: the wheel's thread; {@link #crowd}, {@link #waiting} and {@link #force} may
 * be called by any other.
 */
final class TimerWheel implements AutoCloseable {

    /** Two weeks of seconds. */
    static final int SLOTS = 2 * 7 * 24 * 3_600;

    private static final int BYTES = 32;
    private static final int READ_SLOTS = 32_768;

    private final TimerFile file;
    private final long widthMs;
    private final BitSet occupied = new BitSet(SLOTS);
    private final ByteBuffer one = ByteBuffer.allocate(BYTES);
    /** Written by the owner. */
    private volatile long waiting;

    private TimerWheel(TimerFile file, long widthMs) {
        this.file = file;
        this.widthMs = widthMs;
    }

    /**
     * One slot.
     *
     * @param timeMs its first millisecond
     * @param first position of its first entry in the timer log
     * @param last of its last one
     * @param count messages that wait in it, less those that were recalled
     */
    record Slot(long timeMs, long first, long last, int count) {}

    /** Says whether a slot is what it seems to be. */
    @FunctionalInterface
    interface Check {
        boolean holds(Slot slot);
    }

    /** Opens the file, or makes it. {@link #load} comes next. */
    static TimerWheel open(Path path, long widthMs) {
        return new TimerWheel(TimerFile.open(path, (long) SLOTS * BYTES), widthMs);
    }

    /**
     * Finds the slots that wait: all from a time on.
     *
     * @return false when one of them is not what it seems to be; then nothing waits
     */
    boolean load(long fromMs, Check check) {
        ByteBuffer bytes = ByteBuffer.allocate(READ_SLOTS * BYTES);
        long sum = 0;
        for (int index = 0; index < SLOTS; index += READ_SLOTS) {
            int count = Math.min(READ_SLOTS, SLOTS - index);
            file.read(bytes.clear().limit(count * BYTES), (long) index * BYTES);
            for (int i = 0; i < count; i++) {
                Slot slot = read(bytes);
                if (slot.timeMs >= fromMs && slot.timeMs > 0) {
                    if (index(slot.timeMs) != index + i || !check.holds(slot)) {
                        occupied.clear();
                        return false;
                    }
                    occupied.set(index + i);
                    sum += slot.count;
                }
            }
        }
        waiting = sum;
        return true;
    }

    private Slot read(ByteBuffer bytes) {
        Slot slot = new Slot(bytes.getLong() * widthMs, bytes.getLong(), bytes.getLong(), bytes.getInt());
        bytes.getInt();
        return slot;
    }

    private int index(long timeMs) {
        return (int) (timeMs / widthMs % SLOTS);
    }

    /** Position of the last entry in the slot of a time; {@link TimerUnit#NONE} when nothing waits there. */
    long last(long timeMs) {
        int index = index(timeMs);
        return occupied.get(index) ? slotAt(index).last : TimerUnit.NONE;
    }

    private Slot slotAt(int index) {
        return read(file.read(one.clear(), (long) index * BYTES));
    }

    /** Makes an entry the last one of its slot. */
    void add(long at, TimerUnit unit) {
        int index = index(unit.slotMs());
        boolean fresh = !occupied.get(index);
        int step = (unit.magic() & TimerUnit.RECALLS) != 0 ? -1 : 1;
        Slot before = fresh ? new Slot(unit.slotMs(), at, at, 0) : slotAt(index);
        ByteBuffer bytes = one.clear()
                .putLong(unit.slotMs() / widthMs)
                .putLong(before.first)
                .putLong(at)
                .putInt(before.count + step)
                .putInt(0)
                .flip();
        file.write(bytes, (long) index * BYTES);
        occupied.set(index);
        long now = waiting + step;
        waiting = now;
    }

    /** The first slot that waits, from that of a time on; {@link Long#MAX_VALUE} when none does. */
    long nextFrom(long timeMs) {
        int from = index(timeMs);
        int found = occupied.nextSetBit(from);
        if (found < 0) {
            found = occupied.nextSetBit(0);
        }
        return found < 0 ? Long.MAX_VALUE : slotAt(found).timeMs;
    }

    /** A slot does not wait any more. */
    void clear(long timeMs) {
        int index = index(timeMs);
        long now = waiting - slotAt(index).count;
        occupied.clear(index);
        waiting = occupied.isEmpty() ? 0 : now;
    }

    /** How many wait in the slot of a time. */
    int crowd(long timeMs) {
        Slot slot = read(file.read(ByteBuffer.allocate(BYTES), (long) index(timeMs) * BYTES));
        return slot.timeMs == timeMs / widthMs * widthMs ? slot.count : 0;
    }

    /** How many wait, less those that were recalled. */
    long waiting() {
        return waiting;
    }

    /** Returns when what was written before is on disk. Blocks. */
    void force() {
        file.force();
    }

    /** Closes it and deletes the file. */
    void delete() {
        file.delete();
    }

    @Override
    public void close() {
        file.close();
    }
}
