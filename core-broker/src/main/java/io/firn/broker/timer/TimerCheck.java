package io.firn.broker.timer;

import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * How far the room was when its files were forced last, {@code timercheck}, in RocketMQ's format:
 *
 * <pre>
 *  0 long first slot not delivered, ms   8 long end of the timer log   16 long first offset of the timer queue not noted
 * 24 long the same of the primary        32 long 0                     40 long when, ms    48 long how often it was written
 * </pre>
 *
 * 4096 bytes, big-endian. Read while opening; written on {@code firn-housekeeper}.
 */
final class TimerCheck implements AutoCloseable {

    private static final int FILE_BYTES = 4_096;
    private static final int BYTES = 56;

    private final TimerFile file;
    private final long stateVersion;
    private final Mark first;
    private long counter;

    /**
     * A moment that can be gone back to.
     *
     * @param slotMs the first slot that was not delivered; 0 when none is known
     * @param logEnd end of the timer log
     * @param queueOffset first offset of the timer queue that was not noted
     */
    record Mark(long slotMs, long logEnd, long queueOffset) {}

    private TimerCheck(TimerFile file, ByteBuffer bytes) {
        this.file = file;
        long slot = bytes.getLong();
        long end = bytes.getLong();
        long queue = bytes.getLong();
        long primary = bytes.getLong();
        this.first = new Mark(Math.max(0, slot), Math.max(0, end), Math.max(0, Math.min(queue, primary)));
        this.stateVersion = bytes.getLong();
        this.counter = bytes.getLong(BYTES - Long.BYTES);
    }

    /** Opens the file, or makes it. */
    static TimerCheck open(Path path) {
        TimerFile file = TimerFile.open(path, FILE_BYTES);
        return new TimerCheck(file, file.read(ByteBuffer.allocate(BYTES), 0));
    }

    /** What the file said when it was opened. */
    Mark mark() {
        return first;
    }

    /** Writes a mark; it is on disk when this returns. */
    void write(Mark mark, long nowMs) {
        counter++;
        file.write(
                ByteBuffer.allocate(BYTES)
                        .putLong(mark.slotMs)
                        .putLong(mark.logEnd)
                        .putLong(mark.queueOffset)
                        .putLong(mark.queueOffset)
                        .putLong(stateVersion)
                        .putLong(nowMs)
                        .putLong(counter)
                        .flip(),
                0);
        file.force();
    }

    @Override
    public void close() {
        file.close();
    }
}
