package io.firn.broker.wire;

import java.util.Arrays;

/** Compares and reads ASCII text that lies in a byte array, without making strings. */
final class Ascii {
    /** So many digits always fit a long. */
    static final int SURE_DIGITS = 18;

    private Ascii() {}

    /** Whether these bytes spell this ASCII text. */
    static boolean equals(String text, byte[] bytes, int offset, int length) {
        if (text.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (text.charAt(i) != bytes[offset + i]) {
                return false;
            }
        }
        return true;
    }

    /** Whether these bytes are this name. */
    static boolean equals(byte[] name, byte[] bytes, int offset, int length) {
        return name.length == length && Arrays.equals(name, 0, length, bytes, offset, offset + length);
    }

    /** As {@link #equals(String, byte[], int, int)}, upper and lower case being the same; {@code text} is in lower case. */
    static boolean equalsIgnoreCase(String text, byte[] bytes, int offset, int length) {
        if (text.length() != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (text.charAt(i) != (bytes[offset + i] | 0x20)) {
                return false;
            }
        }
        return true;
    }

    /** Whether these bytes are a decimal integer that fits a long: an optional sign and at least one digit. */
    static boolean isLong(byte[] bytes, int offset, int length) {
        int from = offset;
        int end = offset + length;
        if (from < end && (bytes[from] == '-' || bytes[from] == '+')) {
            from++;
        }
        if (from == end) {
            return false;
        }
        for (int i = from; i < end; i++) {
            if (bytes[i] < '0' || bytes[i] > '9') {
                return false;
            }
        }
        return end - from <= SURE_DIGITS || fitsLong(bytes, offset, from, end);
    }

    /** The value of up to {@link #SURE_DIGITS} bytes when all are digits, else -1: the usual case in one pass. */
    static long plainDigits(byte[] bytes, int offset, int length) {
        long value = 0;
        for (int i = offset; i < offset + length; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value;
    }

    /** The value of bytes for which {@link #isLong} holds. */
    static long toLong(byte[] bytes, int offset, int length) {
        int from = offset;
        int end = offset + length;
        boolean negative = bytes[from] == '-';
        if (negative || bytes[from] == '+') {
            from++;
        }
        long value = 0;
        for (int i = from; i < end; i++) {
            value = value * 10 - (bytes[i] - '0');
        }
        return negative ? value : -value;
    }

    /** Counts downwards, because the most negative long has no positive twin. */
    private static boolean fitsLong(byte[] bytes, int offset, int from, int end) {
        long floor = bytes[offset] == '-' ? Long.MIN_VALUE : -Long.MAX_VALUE;
        long value = 0;
        for (int i = from; i < end; i++) {
            int digit = bytes[i] - '0';
            if (value < floor / 10 || value * 10 < floor + digit) {
                return false;
            }
            value = value * 10 - digit;
        }
        return true;
    }
}
