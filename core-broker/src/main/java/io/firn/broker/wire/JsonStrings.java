package io.firn.broker.wire;

import io.firn.broker.wire.ProtocolException.Reason;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads JSON strings eight bytes at a time and unescapes them in place: an escape is never shorter than the UTF-8 it
 * stands for, so text only moves towards the front of the same array. Eight bytes behind the text may be read and
 * written. Bytes that are no UTF-8 and raw control characters pass as they are. Owner: the io thread of its connection.
 */
final class JsonStrings {
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int WORD_BYTES = 8;
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';

    private byte[] bytes = {};
    private int end;

    /** Where the escape that is being read goes on. */
    private int from;

    /** Where unescaped text goes on. */
    private int to;

    private int textLength;

    void start(byte[] text, int length) {
        bytes = text;
        end = length;
    }

    /** Bytes of the text that {@link #read} unescaped last. */
    int textLength() {
        return textLength;
    }

    /** Unescapes the string that begins here, behind its opening quote; returns the place behind its closing one. */
    int read(int start) {
        int special = special(start);
        if (bytes[special] == '"') {
            textLength = special - start;
            return special + 1;
        }
        from = special;
        to = special;
        unescape();
        textLength = to - start;
        return from;
    }

    /** Returns the place behind the closing quote of the string that begins here, and changes nothing. */
    int skip(int start) {
        int special = special(start);
        while (bytes[special] == '\\') {
            special = special(special + 2);
        }
        return special + 1;
    }

    /** The next quote or backslash. */
    private int special(int start) {
        int position = start;
        while (position < end) {
            long hits = hits((long) WORDS.get(bytes, position));
            if (hits != 0) {
                position += Long.numberOfTrailingZeros(hits) >>> 3;
                break;
            }
            position += WORD_BYTES;
        }
        if (position >= end) {
            throw syntax("'\"' at the end of a string", bytes, end, end);
        }
        return position;
    }

    /** The lowest bit set is in the first byte that is a quote or a backslash; bits above it mean nothing. */
    private static long hits(long word) {
        long quote = word ^ QUOTES;
        long backslash = word ^ BACKSLASHES;
        return (((quote - ONES) & ~quote) | ((backslash - ONES) & ~backslash)) & HIGHS;
    }

    /** Moves text from {@link #from} to {@link #to} until behind the closing quote. */
    private void unescape() {
        while (from < end) {
            long word = (long) WORDS.get(bytes, from);
            long hits = hits(word);
            if (hits == 0) {
                // At most eight bytes are written before the place that is read next.
                WORDS.set(bytes, to, word);
                from += WORD_BYTES;
                to += WORD_BYTES;
                continue;
            }
            for (int run = Long.numberOfTrailingZeros(hits) >>> 3; run > 0; run--) {
                bytes[to++] = bytes[from++];
            }
            if (from >= end) {
                break;
            }
            if (bytes[from++] == '"') {
                return;
            }
            escape();
        }
        throw syntax("'\"' at the end of a string", bytes, end, end);
    }

    /** Reads what follows a backslash and appends what it stands for. */
    private void escape() {
        byte letter = next("an escape");
        switch (letter) {
            case '"', '\\', '/' -> bytes[to++] = letter;
            case 'b' -> bytes[to++] = '\b';
            case 'f' -> bytes[to++] = '\f';
            case 'n' -> bytes[to++] = '\n';
            case 'r' -> bytes[to++] = '\r';
            case 't' -> bytes[to++] = '\t';
            case 'u' -> putCodePoint(codePoint());
            default -> throw syntax("one of \"\\/bfnrtu after a backslash", bytes, from - 1, end);
        }
    }

    private int codePoint() {
        int unit = hexUnit();
        if (unit < Character.MIN_SURROGATE || unit > Character.MAX_SURROGATE) {
            return unit;
        }
        if (unit <= Character.MAX_HIGH_SURROGATE && end - from >= 6 && bytes[from] == '\\' && bytes[from + 1] == 'u') {
            int second = from;
            from += 2;
            int low = hexUnit();
            if (low >= Character.MIN_LOW_SURROGATE && low <= Character.MAX_LOW_SURROGATE) {
                return Character.toCodePoint((char) unit, (char) low);
            }
            from = second;
        }
        // Half a pair has no UTF-8; Java's own encoder writes a question mark for it too.
        return '?';
    }

    private int hexUnit() {
        int unit = 0;
        for (int i = 0; i < 4; i++) {
            int digit = hexDigit(next("four hex digits"));
            if (digit < 0) {
                throw syntax("four hex digits", bytes, from - 1, end);
            }
            unit = unit << 4 | digit;
        }
        return unit;
    }

    private static int hexDigit(byte letter) {
        if (letter >= '0' && letter <= '9') {
            return letter - '0';
        }
        int lower = letter | 0x20;
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    private void putCodePoint(int codePoint) {
        if (codePoint < 0x80) {
            bytes[to++] = (byte) codePoint;
        } else if (codePoint < 0x800) {
            bytes[to++] = (byte) (0xC0 | (codePoint >> 6));
            bytes[to++] = (byte) (0x80 | (codePoint & 0x3F));
        } else if (codePoint < 0x10000) {
            bytes[to++] = (byte) (0xE0 | (codePoint >> 12));
            bytes[to++] = (byte) (0x80 | (codePoint >> 6 & 0x3F));
            bytes[to++] = (byte) (0x80 | (codePoint & 0x3F));
        } else {
            bytes[to++] = (byte) (0xF0 | (codePoint >> 18));
            bytes[to++] = (byte) (0x80 | (codePoint >> 12 & 0x3F));
            bytes[to++] = (byte) (0x80 | (codePoint >> 6 & 0x3F));
            bytes[to++] = (byte) (0x80 | (codePoint & 0x3F));
        }
    }

    private byte next(String expected) {
        if (from >= end) {
            throw syntax(expected, bytes, end, end);
        }
        return bytes[from++];
    }

    static ProtocolException syntax(String expected, byte[] bytes, int where, int end) {
        String found = where < end ? "byte 0x" + Integer.toHexString(bytes[where] & 0xFF) : "the end";
        return new ProtocolException(
                Reason.HEADER_SYNTAX, "JSON header: expected " + expected + " at byte " + where + ", found " + found);
    }
}
