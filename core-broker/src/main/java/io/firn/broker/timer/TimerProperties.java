package io.firn.broker.timer;

import org.jspecify.annotations.Nullable;

/** Names of the properties of timed messages, as RocketMQ writes them. */
final class TimerProperties {

    /** Ways to name a time; the first one that is there counts. */
    static final String DELAY_SECONDS = "TIMER_DELAY_SEC";

    static final String DELAY_MS = "TIMER_DELAY_MS";
    static final String DELIVER_MS = "TIMER_DELIVER_MS";

    /** The slot it waits in, ms since the epoch; the broker's. */
    static final String OUT_MS = "TIMER_OUT_MS";

    static final String REAL_TOPIC = "REAL_TOPIC";
    static final String REAL_QUEUE = "REAL_QID";
    static final String UNIQUE_KEY = "UNIQ_KEY";
    /** Makes it a recall: the unique key of the message that is not to come. */
    static final String RECALLS = "TIMER_DEL_UNIQKEY";
    /** When it was noted; {@link Long#MAX_VALUE} when it was due before. */
    static final String NOTED_MS = "TIMER_ENQUEUE_MS";

    static final String DELIVERED_MS = "TIMER_DEQUEUE_MS";
    static final String ROLLS = "TIMER_ROLL_TIMES";

    /** More digits may not fit a long. */
    private static final int MOST_DIGITS = 18;

    private TimerProperties() {}

    /** A number that is not negative; −1 when the text is none. */
    static long number(@Nullable String text) {
        if (text == null || text.isEmpty() || text.length() > MOST_DIGITS) {
            return -1;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return -1;
            }
        }
        return Long.parseLong(text);
    }
}
