package io.firn.tiered.retention;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long something is kept, in ms: a number, and the words for it. The classes of objects are {@code 1d}, {@code 3d},
 * {@code 7d}, {@code 30d} and {@code forever}; {@code all} is what objects made before there were classes say.
 */
final class Keep {
    /** Never too old. */
    static final long FOREVER = Long.MAX_VALUE;

    /** A topic that says nothing. */
    static final long UNSET = -1;

    static final String ALLOWED = "forever, or a number with ms, s, m, h or d, such as 7d; at least 1m";
    private static final Pattern TEXT = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)");
    private static final List<Integer> CLASS_DAYS = List.of(1, 3, 7, 30);

    private Keep() {}

    /**
     * What a text says.
     *
     * @throws IllegalArgumentException it says something else than {@link #ALLOWED}
     */
    static long parse(String text) {
        String word = text.strip().toLowerCase(Locale.ROOT);
        if (word.equals("forever")) {
            return FOREVER;
        }
        Matcher parts = TEXT.matcher(word);
        if (!parts.matches()) {
            throw new IllegalArgumentException("'" + text + "' is not " + ALLOWED);
        }
        TimeUnit unit = switch (parts.group(2)) {
            case "ms" -> TimeUnit.MILLISECONDS;
            case "s" -> TimeUnit.SECONDS;
            case "m" -> TimeUnit.MINUTES;
            case "h" -> TimeUnit.HOURS;
            default -> TimeUnit.DAYS;
        };
        long ms = unit.toMillis(Long.parseLong(parts.group(1)));
        if (ms < Duration.ofMinutes(1).toMillis()) {
            throw new IllegalArgumentException("'" + text + "' is not " + ALLOWED);
        }
        return ms;
    }

    /** The class of the objects that messages kept so long go into: the shortest that is no shorter. */
    static String classOf(long keepMs) {
        for (int days : CLASS_DAYS) {
            if (keepMs <= Duration.ofDays(days).toMillis()) {
                return days + "d";
            }
        }
        return "forever";
    }

    /** How long objects of a class are kept when nothing else is known of their topics. */
    static long ofClass(String name) {
        for (int days : CLASS_DAYS) {
            if (name.equals(days + "d")) {
                return Duration.ofDays(days).toMillis();
            }
        }
        return FOREVER;
    }

    /** Whether what was stored then is too old now. */
    static boolean isOver(long storedMs, long keepMs, long nowMs) {
        return keepMs != FOREVER && nowMs - storedMs >= keepMs;
    }
}
