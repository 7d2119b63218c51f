package io.firn.guard;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What messages of some topics have to be like. Immutable.
 *
 * @param topics pattern of the topics' names: {@code *} any characters, {@code ?} one
 * @param required names of properties that have to be there and not blank
 * @param maxBodyBytes of the body as it is sent; {@link #ANY_SIZE} without limit
 * @param schema name of the schema file; null without
 * @param rate null without
 * @param onBreach what becomes of a message that breaks it
 */
record Rule(
        String topics,
        List<String> required,
        long maxBodyBytes,
        @Nullable String schema,
        @Nullable Rate rate,
        OnBreach onBreach) {

    static final long ANY_SIZE = Long.MAX_VALUE;

    /** What becomes of a message that breaks a rule. */
    enum OnBreach {
        /** It is refused, and its sender told why. */
        REJECT,
        /** It is stored with a property that says what is wrong. */
        TAG
    }

    /**
     * How many messages may come.
     *
     * @param text as it was written, {@code 1000/s}
     * @param intervalNs one message per so many nanoseconds
     * @param burst how many may come at once after a pause
     */
    record Rate(String text, long intervalNs, long burst) {}

    Rule {
        required = List.copyOf(required);
    }

    /** Whether it is for topics of this name; made once per rule. */
    Pattern pattern() {
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < topics.length(); i++) {
            char c = topics.charAt(i);
            regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
        }
        return Pattern.compile(regex.toString());
    }
}
