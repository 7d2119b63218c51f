package io.firn.broker.filter.sql;

import java.nio.charset.StandardCharsets;

/**
 * Numbers in the text of properties: an optional sign, digits, an optional fraction and an optional exponent, with blanks
 * around it or not. Whole numbers that fit 64 bits are read exactly, all others as the nearest {@code double}. Stateless;
 * allocates only for decimals that neither 53 bits nor 22 powers of ten hold exactly.
 */
final class NumberText {

    /** Instead of the result of a comparison: the text is no number. */
    static final int NO_NUMBER = Integer.MIN_VALUE;

    private static final int SAFE_DIGITS = 18;
    private static final int MOST_DIGITS = 19;
    private static final byte[] LARGEST = Long.toString(Long.MAX_VALUE).getBytes(StandardCharsets.US_ASCII);
    private static final long EXACT_LIMIT = 1L << 53;
    private static final int MOST_EXPONENT_DIGITS = 4;
    private static final double[] POWERS = new double[23];

    static {
        double power = 1;
        for (int i = 0; i < POWERS.length; i++) {
            POWERS[i] = power;
            power *= 10;
        }
    }

    private NumberText() {}

    /** By value: both zeros are one. None may be NaN. */
    static int compare(double left, double right) {
        return left < right ? -1 : left > right ? 1 : 0;
    }

    /** Compares two texts as numbers, exactly when both are whole; {@link #NO_NUMBER} when one is no number. */
    static int compare(byte[] bytes, int leftFrom, int leftTo, int rightFrom, int rightTo) {
        if (isWhole(bytes, leftFrom, leftTo) && isWhole(bytes, rightFrom, rightTo)) {
            return Long.compare(whole(bytes, leftFrom, leftTo), whole(bytes, rightFrom, rightTo));
        }
        double left = decimal(bytes, leftFrom, leftTo);
        double right = decimal(bytes, rightFrom, rightTo);
        return Double.isNaN(left) || Double.isNaN(right) ? NO_NUMBER : compare(left, right);
    }

    /** Whether this is a whole number that fits 64 bits, without blanks around it. */
    static boolean isWhole(byte[] text, int from, int to) {
        int first = from < to && isSign(text[from]) ? from + 1 : from;
        int digits = to - first;
        if (digits < 1 || digits > MOST_DIGITS || endOfDigits(text, first, to) < to) {
            return false;
        }
        return digits <= SAFE_DIGITS || isAtMostLargest(text, first);
    }

    /** The value of what {@link #isWhole} said is one. */
    static long whole(byte[] text, int from, int to) {
        int at = isSign(text[from]) ? from + 1 : from;
        long value = 0;
        for (; at < to; at++) {
            value = value * 10 + (text[at] - '0');
        }
        return text[from] == '-' ? -value : value;
    }

    private static boolean isAtMostLargest(byte[] text, int first) {
        for (int i = 0; i < MOST_DIGITS; i++) {
            if (text[first + i] != LARGEST[i]) {
                return text[first + i] < LARGEST[i];
            }
        }
        return true;
    }

    /** The value of any number; NaN when this is none. */
    static double decimal(byte[] text, int from, int to) {
        int start = from;
        int end = to;
        while (start < end && text[start] <= ' ' && text[start] >= 0) {
            start++;
        }
        while (start < end && text[end - 1] <= ' ' && text[end - 1] >= 0) {
            end--;
        }
        int first = start < end && isSign(text[start]) ? start + 1 : start;
        int point = endOfDigits(text, first, end);
        int fraction = point < end && text[point] == '.' ? endOfDigits(text, point + 1, end) : point;
        int digits = point - first + Math.max(0, fraction - point - 1);
        if (digits == 0 || !isExponent(text, fraction, end)) {
            return Double.NaN;
        }
        double value = exactly(text, first, point, fraction, end);
        if (Double.isNaN(value)) {
            value = Double.parseDouble(new String(text, first, end - first, StandardCharsets.US_ASCII));
        }
        return text[start] == '-' ? -value : value;
    }

    /** Whether there is nothing, or an exponent and nothing else. */
    private static boolean isExponent(byte[] text, int from, int end) {
        if (from == end) {
            return true;
        }
        if (text[from] != 'e' && text[from] != 'E') {
            return false;
        }
        int first = from + 1 < end && isSign(text[from + 1]) ? from + 2 : from + 1;
        return first < end && endOfDigits(text, first, end) == end;
    }

    /** Digits that 53 bits hold, times or by a power of ten that is exact: one rounding, so the nearest. Else NaN. */
    private static double exactly(byte[] text, int first, int point, int fraction, int end) {
        long mantissa = 0;
        for (int at = first; at < fraction; at++) {
            if (at != point) {
                mantissa = mantissa * 10 + (text[at] - '0');
                if (mantissa > EXACT_LIMIT) {
                    return Double.NaN;
                }
            }
        }
        int power = exponent(text, fraction, end) - Math.max(0, fraction - point - 1);
        if (Math.abs(power) >= POWERS.length) {
            return Double.NaN;
        }
        return power < 0 ? mantissa / POWERS[-power] : mantissa * POWERS[power];
    }

    /** The exponent; one that is out of any range when its digits are many. */
    private static int exponent(byte[] text, int from, int end) {
        if (from == end) {
            return 0;
        }
        int first = isSign(text[from + 1]) ? from + 2 : from + 1;
        if (end - first > MOST_EXPONENT_DIGITS) {
            return Integer.MAX_VALUE / 2;
        }
        int value = (int) whole(text, first, end);
        return text[from + 1] == '-' ? -value : value;
    }

    private static int endOfDigits(byte[] text, int from, int to) {
        int at = from;
        while (at < to && text[at] >= '0' && text[at] <= '9') {
            at++;
        }
        return at;
    }

    private static boolean isSign(byte letter) {
        return letter == '-' || letter == '+';
    }
}
