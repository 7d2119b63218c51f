package io.firn.broker.queue;

import java.util.Arrays;
import java.util.Locale;

/**
 * The delays behind the levels of property {@code DELAY}, level 1 first; RocketMQ's {@code messageDelayLevel}. Immutable.
 */
public final class DelayLevels {

    /** RocketMQ's default levels. */
    public static final String DEFAULT = "1s 5s 10s 30s 1m 2m 3m 4m 5m 6m 7m 8m 9m 10m 20m 30m 1h 2h";

    private final long[] delaysMs;

    private DelayLevels(long[] delaysMs) {
        this.delaysMs = delaysMs;
    }

    /**
     * Reads {@code 1s 5s 10m 2h 1d}.
     *
     * @throws IllegalArgumentException naming the part that is no delay
     */
    public static DelayLevels parse(String text) {
        String[] parts = text.strip().split("\\s+", -1);
        long[] delays = new long[parts.length];
        for (int i = 0; i < parts.length; i++) {
            delays[i] = parseOne(parts[i].toLowerCase(Locale.ROOT));
        }
        return new DelayLevels(delays);
    }

    private static long parseOne(String part) {
        long unit = switch (part.isEmpty() ? ' ' : part.charAt(part.length() - 1)) {
            case 's' -> 1_000L;
            case 'm' -> 60_000L;
            case 'h' -> 3_600_000L;
            case 'd' -> 86_400_000L;
            default -> throw new IllegalArgumentException("'" + part + "' is no delay such as 30s, 5m, 2h");
        };
        try {
            return Math.multiplyExact(unit, Integer.parseUnsignedInt(part.substring(0, part.length() - 1)));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + part + "' is no delay such as 30s, 5m, 2h", e);
        }
    }

    /** The highest level. */
    public int count() {
        return delaysMs.length;
    }

    /** Milliseconds of {@code level}, 1 or higher; levels above {@link #count()} mean the highest one. */
    public long delayMs(int level) {
        return delaysMs[Math.min(level, delaysMs.length) - 1];
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof DelayLevels levels && Arrays.equals(delaysMs, levels.delaysMs);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(delaysMs);
    }

    @Override
    public String toString() {
        return Arrays.toString(delaysMs) + " ms";
    }
}
