package io.firn.broker.pop;

import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;

/**
 * What a consumer shows to acknowledge a message it popped, RocketMQ's {@code extraInfo}: eight parts with spaces between
 * them, and more behind them that proxies add.
 *
 * <pre>
 * startOffset popTime invisibleTime reviveQueue retry brokerName queueId queueOffset
 * </pre>
 *
 * @param startOffset first queue offset of the batch the message was popped with
 * @param popTimeMs when it was popped, ms since the epoch
 * @param invisibleMs for how long it is invisible
 * @param reviveQueue queue of the revive log; {@link #ORDERED} for an ordered pop
 */
record ReceiptHandle(long startOffset, long popTimeMs, long invisibleMs, int reviveQueue) {

    /** Instead of a revive queue: popped in order. */
    static final int ORDERED = 999;

    private static final int PARTS = 8;
    private static final int LONGEST = 1024;
    /** Every time in a handle is below, so that sums of two do not overflow. */
    private static final long MOST = Long.MAX_VALUE / 4;

    boolean isOrdered() {
        return reviveQueue == ORDERED;
    }

    /** When the message is visible again, ms since the epoch. */
    long dueMs() {
        return popTimeMs + invisibleMs;
    }

    /**
     * Reads a handle.
     *
     * @throws RequestException MESSAGE_ILLEGAL saying which part is wrong
     */
    static ReceiptHandle parse(String text) {
        if (text.length() > LONGEST) {
            throw illegal("it has " + text.length() + " characters", text.substring(0, 64) + "…");
        }
        String[] parts = text.split(" ", -1);
        if (parts.length < PARTS) {
            throw illegal("it has " + parts.length + " parts of " + PARTS, text);
        }
        long retry = number(parts, 4, "retry", 2, text);
        if (retry < 0 || parts[5].isEmpty()) {
            throw illegal("it names no broker", text);
        }
        number(parts, 6, "queueId", Integer.MAX_VALUE, text);
        number(parts, 7, "queueOffset", MOST, text);
        return new ReceiptHandle(
                number(parts, 0, "startOffset", MOST, text),
                number(parts, 1, "popTime", MOST, text),
                number(parts, 2, "invisibleTime", MOST, text),
                (int) number(parts, 3, "reviveQueue", Integer.MAX_VALUE, text));
    }

    private static long number(String[] parts, int index, String name, long max, String text) {
        long value;
        try {
            value = Long.parseLong(parts[index]);
        } catch (NumberFormatException e) {
            throw illegal("its " + name + " is no number (" + e.getMessage() + ")", text);
        }
        if (value < 0 || value > max) {
            throw illegal("its " + name + " is " + value + ", not 0.." + max, text);
        }
        return value;
    }

    private static RequestException illegal(String why, String text) {
        return new RequestException(
                ResponseCode.MESSAGE_ILLEGAL, "the receipt handle (extraInfo) '" + text + "' is not one: " + why);
    }
}
