package io.firn.spi.contract;

import java.util.Locale;

/**
 * A number of bytes, as in {@code 64MiB}. Immutable; any thread.
 *
 * @param toBytes not negative
 * @since 1.0
 */
public record ByteSize(long toBytes) implements Comparable<ByteSize> {

    private static final String[] UNITS = {"", "KiB", "MiB", "GiB", "TiB"};
    private static final int STEP_BITS = 10;

    /**
     * Checks the number.
     *
     * @throws IllegalArgumentException when it is negative
     * @since 1.0
     */
    public ByteSize {
        if (toBytes < 0) {
            throw new IllegalArgumentException("a size is not negative: " + toBytes);
        }
    }

    /**
     * A number of mebibytes.
     *
     * @param n not negative, below 2^43
     * @throws IllegalArgumentException when it is not
     * @since 1.0
     */
    public static ByteSize ofMebibytes(long n) {
        if (n < 0 || n >= 1L << (63 - 2 * STEP_BITS)) {
            throw new IllegalArgumentException("not a size in MiB: " + n);
        }
        return new ByteSize(n << (2 * STEP_BITS));
    }

    /**
     * Reads a plain number of bytes, or a number with one of the units KiB, MiB, GiB, TiB
     * (also K, M, G, T and KB, MB…, which here mean powers of 1024 too).
     *
     * @throws IllegalArgumentException when it is neither, or beyond 2^63−1
     * @since 1.0
     */
    public static ByteSize parse(String text) {
        String s = text.trim().toLowerCase(Locale.ROOT);
        int digits = 0;
        while (digits < s.length() && Character.isDigit(s.charAt(digits))) {
            digits++;
        }
        String unit = s.substring(digits).trim().replaceFirst("i?b$", "");
        int power = unit.isEmpty() ? 0 : "kmgt".indexOf(unit) + 1;
        if (digits == 0 || unit.length() > 1 || (power == 0 && !unit.isEmpty())) {
            throw new IllegalArgumentException("not a size: " + text);
        }
        try {
            return new ByteSize(Math.multiplyExact(Long.parseLong(s.substring(0, digits)), 1L << (power * STEP_BITS)));
        } catch (ArithmeticException | NumberFormatException e) {
            throw new IllegalArgumentException("size too large: " + text, e);
        }
    }

    /**
     * The size as an int, for buffers.
     *
     * @throws ArithmeticException beyond 2^31−1
     * @since 1.0
     */
    public int toIntBytes() {
        return Math.toIntExact(toBytes);
    }

    @Override
    public int compareTo(ByteSize other) {
        return Long.compare(toBytes, other.toBytes);
    }

    /** The largest unit that gives a whole number: {@code 64MiB}, {@code 100}. */
    @Override
    public String toString() {
        int power = 0;
        long n = toBytes;
        while (n != 0 && (n & 1023) == 0 && power < UNITS.length - 1) {
            n >>= STEP_BITS;
            power++;
        }
        return n + UNITS[power];
    }
}
