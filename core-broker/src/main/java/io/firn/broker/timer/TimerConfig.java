package io.firn.broker.timer;

import io.firn.broker.runtime.ByteSize;
import io.firn.broker.runtime.ConfigView;
import java.time.Duration;

/**
 * How far ahead messages may be timed, and how they wait.
 *
 * @param brokerName part of what a message is recalled by
 * @param acceptance whether timed messages are taken
 * @param recalls whether they may be recalled
 * @param precision width of a slot: what is due within one comes at its end
 * @param longest time that a message may wait
 * @param rollSlots after so many slots a message that waits longer is stored again
 * @param slotLimit messages due in one slot from which more are refused
 * @param forceInterval least time between two writes of how far the room is
 * @param logFile length of each file of the timer log
 */
public record TimerConfig(
        String brokerName,
        Acceptance acceptance,
        Acceptance recalls,
        Duration precision,
        Duration longest,
        int rollSlots,
        int slotLimit,
        Duration forceInterval,
        ByteSize logFile) {

    private static final long HOUR_MS = 3_600_000;
    private static final long YEAR_SECONDS = 365L * 24 * 3_600;
    /** RocketMQ leaves a minute of the wheel's half free. */
    private static final int MOST_ROLL_SLOTS = TimerWheel.SLOTS / 2 - 60;

    /** Whether something that clients ask for is done. */
    public enum Acceptance {
        TAKEN,
        REFUSED
    }

    /** Reads the keys of this room. */
    public static TimerConfig from(ConfigView view, String brokerName) {
        return new TimerConfig(
                brokerName,
                acceptance(view.flag("timerWheelEnable", true, "Whether messages that name a time are taken.")),
                acceptance(view.flag("recallMessageEnable", false, "Whether timed messages may be recalled.")),
                view.millis(
                        "timerPrecisionMs",
                        1_000,
                        100,
                        60_000,
                        "Width of a slot of the timer wheel: what is due within one comes when it ends. Not to be changed"
                                + " while messages wait."),
                Duration.ofSeconds(view.number(
                        "timerMaxDelaySec", 259_200, 1, YEAR_SECONDS, "Longest time, in seconds, a message may wait.")),
                view.integer(
                        "timerRollWindowSlot",
                        172_800,
                        2,
                        MOST_ROLL_SLOTS,
                        "Slots after which a message that waits longer is stored again; less than files of the log are"
                                + " kept, or it is lost with them."),
                view.integer(
                        "timerCongestNumEachSlot",
                        Integer.MAX_VALUE,
                        1,
                        Integer.MAX_VALUE,
                        "Messages due in one slot from which on more are refused."),
                view.millis(
                        "timerFlushIntervalMs",
                        1_000,
                        10,
                        HOUR_MS,
                        "Least time between two writes of how far timed messages were delivered; after a crash what was"
                                + " delivered since is delivered again."),
                view.bytes(
                        "mappedFileSizeTimerLog",
                        new ByteSize(100L << 20),
                        new ByteSize(1_024),
                        ByteSize.ofMebibytes(1_024),
                        "Length of each file of the timer log."));
    }

    private static Acceptance acceptance(boolean taken) {
        return taken ? Acceptance.TAKEN : Acceptance.REFUSED;
    }

    /** A timed message due at this time waits in the slot that ends then, or within a slot's width after it. */
    long slotFor(long dueMs) {
        long width = precision.toMillis();
        return dueMs % width == 0 ? dueMs - width : startOfSlot(dueMs);
    }

    /** After so long a message is stored again; whole slots, and no longer than an entry of the timer log can tell. */
    long windowMs() {
        long width = precision.toMillis();
        return Math.min(rollSlots, Integer.MAX_VALUE / width) * width;
    }

    /** The slot that a time lies in, by its first millisecond. */
    long startOfSlot(long timeMs) {
        long width = precision.toMillis();
        return timeMs - Math.floorMod(timeMs, width);
    }
}
