package io.firn.broker.transaction;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Names of the properties of half messages, as RocketMQ writes them. */
final class HalfProperties {

    static final String REAL_TOPIC = "REAL_TOPIC";
    static final String REAL_QUEUE = "REAL_QID";
    static final String TRANSACTION_ID = "__transactionId__";
    static final String UNIQUE_KEY = "UNIQ_KEY";
    static final String GROUP = "PGROUP";
    static final String CHECK_TIMES = "TRANSACTION_CHECK_TIMES";
    static final String IMMUNITY_SECONDS = "CHECK_IMMUNITY_TIME_IN_SECONDS";
    /** In a copy of a half message that RocketMQ made: offset of the first one in the half queue. */
    static final String FIRST_OFFSET = "TRAN_PREPARED_QUEUE_OFFSET";

    static final String TAGS = "TAGS";

    /** What asks for a later delivery. */
    static final List<String> DELAYS = List.of("DELAY", "TIMER_DELAY_SEC", "TIMER_DELAY_MS", "TIMER_DELIVER_MS");

    private static final long MOST_SECONDS = Duration.ofDays(365).toSeconds();

    private HalfProperties() {}

    static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }

    /** How long after it was stored a half message is let alone; {@code otherwise} when it does not say. */
    static Duration immunity(@Nullable String seconds, Duration otherwise) {
        long asked = number(seconds, -1);
        return asked < 0 ? otherwise : Duration.ofSeconds(Math.min(asked, MOST_SECONDS));
    }

    /** A number that is not negative; {@code otherwise} when the text is none. */
    static long number(@Nullable String text, long otherwise) {
        if (text == null || text.isEmpty() || text.length() > 18) {
            return otherwise;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < '0' || text.charAt(i) > '9') {
                return otherwise;
            }
        }
        return Long.parseLong(text);
    }
}
