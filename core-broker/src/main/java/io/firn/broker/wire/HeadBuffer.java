package io.firn.broker.wire;

import java.util.Arrays;

/** A growing byte array that a frame's head is composed in, big endian. Owner: its writer's thread. */
final class HeadBuffer {
    private static final byte[] HEX = {'0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'};

    private static final int INITIAL_BYTES = 1024;

    /** The longest long has 19 digits and a sign. */
    private static final int MAX_DIGITS = 20;

    private static final long INT_RANGE = 1L << 31;
    private static final int[] POWERS = {
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000
    };
    /** 00, 01, … 99. */
    private static final byte[] PAIRS = pairs();

    private byte[] bytes = new byte[INITIAL_BYTES];
    private int length;

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /** Empties the buffer but for this many bytes at its start, to be patched later. */
    void restart(int reserved) {
        length = reserved;
    }

    void put(byte[] source) {
        put(source, source.length);
    }

    void put(byte[] source, int count) {
        room(count);
        System.arraycopy(source, 0, bytes, length, count);
        length += count;
    }

    void putByte(int value) {
        room(1);
        bytes[length++] = (byte) value;
    }

    void putShort(int value) {
        room(2);
        bytes[length++] = (byte) (value >> 8);
        bytes[length++] = (byte) value;
    }

    void putInt(int value) {
        room(4);
        patchInt(length, value);
        length += 4;
    }

    void patchInt(int at, int value) {
        bytes[at] = (byte) (value >> 24);
        bytes[at + 1] = (byte) (value >> 16);
        bytes[at + 2] = (byte) (value >> 8);
        bytes[at + 3] = (byte) value;
    }

    void putDecimal(long value) {
        room(MAX_DIGITS);
        if (value >= 0 && value < INT_RANGE) {
            putSmallDecimal((int) value);
        } else {
            putWideDecimal(value);
        }
    }

    /** Most numbers fit an int, whose division is a good deal cheaper; two digits at a time halve the rest. */
    private void putSmallDecimal(int value) {
        int digits = 1;
        while (digits < POWERS.length && value >= POWERS[digits]) {
            digits++;
        }
        int at = length + digits;
        length = at;
        int rest = value;
        while (rest >= 100) {
            int next = rest / 100;
            int pair = (rest - next * 100) * 2;
            bytes[--at] = PAIRS[pair + 1];
            bytes[--at] = PAIRS[pair];
            rest = next;
        }
        bytes[--at] = PAIRS[rest * 2 + 1];
        if (rest >= 10) {
            bytes[--at] = PAIRS[rest * 2];
        }
    }

    private void putWideDecimal(long value) {
        // Worked on as a negative number, because the most negative long has no positive twin.
        long rest = value > 0 ? -value : value;
        int digits = 1;
        for (long power = rest / 10; power != 0; power /= 10) {
            digits++;
        }
        if (value < 0) {
            bytes[length++] = '-';
        }
        for (int at = length + digits - 1; at >= length; at--) {
            long next = rest / 10;
            bytes[at] = (byte) ('0' + (next * 10 - rest));
            rest = next;
        }
        length += digits;
    }

    /** Appends this text as UTF-8. */
    void putUtf8(String text) {
        room(text.length() * 3);
        for (int i = 0; i < text.length(); i++) {
            i += putUnit(text, i);
        }
    }

    /** Appends this text as the inside of a JSON string. */
    void putJsonText(String text) {
        room(text.length() * 6);
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (unit < ' ') {
                putUnicodeEscape(unit);
            } else if (unit == '"' || unit == '\\') {
                bytes[length++] = '\\';
                bytes[length++] = (byte) unit;
            } else {
                i += putUnit(text, i);
            }
        }
    }

    private void putUnicodeEscape(char unit) {
        bytes[length++] = '\\';
        bytes[length++] = 'u';
        bytes[length++] = '0';
        bytes[length++] = '0';
        bytes[length++] = HEX[unit >> 4];
        bytes[length++] = HEX[unit & 0xF];
    }

    /** Appends the code point at this index; returns how many further units of the text it took. */
    private int putUnit(String text, int index) {
        char unit = text.charAt(index);
        if (unit < 0x80) {
            bytes[length++] = (byte) unit;
        } else if (unit < 0x800) {
            bytes[length++] = (byte) (0xC0 | (unit >> 6));
            bytes[length++] = (byte) (0x80 | (unit & 0x3F));
        } else if (!Character.isSurrogate(unit)) {
            bytes[length++] = (byte) (0xE0 | (unit >> 12));
            bytes[length++] = (byte) (0x80 | (unit >> 6 & 0x3F));
            bytes[length++] = (byte) (0x80 | (unit & 0x3F));
        } else {
            return putSurrogate(text, index);
        }
        return 0;
    }

    private int putSurrogate(String text, int index) {
        int codePoint = text.codePointAt(index);
        if (codePoint < Character.MIN_SUPPLEMENTARY_CODE_POINT) {
            // Half a pair has no UTF-8; Java's own encoder writes a question mark for it too.
            bytes[length++] = '?';
            return 0;
        }
        bytes[length++] = (byte) (0xF0 | (codePoint >> 18));
        bytes[length++] = (byte) (0x80 | (codePoint >> 12 & 0x3F));
        bytes[length++] = (byte) (0x80 | (codePoint >> 6 & 0x3F));
        bytes[length++] = (byte) (0x80 | (codePoint & 0x3F));
        return 1;
    }

    private static byte[] pairs() {
        byte[] pairs = new byte[200];
        for (int i = 0; i < 100; i++) {
            pairs[2 * i] = (byte) ('0' + i / 10);
            pairs[2 * i + 1] = (byte) ('0' + i % 10);
        }
        return pairs;
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
