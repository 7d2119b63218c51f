package io.firn.broker.wire;

import io.firn.broker.wire.ProtocolException.Reason;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads JSON strings eight bytes at a time and unescapes them in place: an escape is never shorter than the UTF-8 it
 * stands for, so text only moves towards the front of the same array. Relies on the sentinel that
 * {@link HeaderTable#reset} puts behind the header. Bytes that are no UTF-8 and raw control characters pass as they are. Owner: the io thread of its connection.
 */
final class JsonStrings {
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final int WORD_BYTES = 8;
    private static final int UNICODE_ESCAPE_BYTES = 6;
    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';

    private byte[] bytes = {};
    private int end;
    private int textLength;

    /** Where text goes on after {@link #wideEscape}. */
    private int to;

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
        return unescape(start, special);
    }

    /** Returns the place behind the closing quote of the string that begins here, and changes nothing. */
    int skip(int start) {
        int special = special(start);
        while (bytes[special] == '\\') {
            special = special(special + 2);
        }
        return special + 1;
    }

    /** The next quote or backslash; the quote behind the header ends the search. */
    private int special(int start) {
        int position = start;
        long hits = hits((long) WORDS.get(bytes, position));
        while (hits == 0) {
            position += WORD_BYTES;
            hits = hits((long) WORDS.get(bytes, position));
        }
        position += Long.numberOfTrailingZeros(hits) >>> 3;
        requireInside(position);
        return position;
    }

    /** The lowest bit set is in the first byte that is a quote or a backslash; bits above it mean nothing. */
    private static long hits(long word) {
        long quote = word ^ QUOTES;
        long backslash = word ^ BACKSLASHES;
        return (((quote - ONES) & ~quote) | ((backslash - ONES) & ~backslash)) & HIGHS;
    }

    /** As {@link #read}, from the first backslash on: takes escapes and the runs between them in turn. */
    private int unescape(int start, int firstEscape) {
        byte[] text = bytes;
        int from = firstEscape;
        int target = firstEscape;
        while (text[from] == '\\') {
            int plain = plainEscape(from);
            if (plain >= 0) {
                text[target++] = (byte) plain;
                from += text[from + 1] == 'u' ? UNICODE_ESCAPE_BYTES : 2;
            } else {
                from = wideEscape(from, target);
                target = to;
            }
            long word = (long) WORDS.get(text, from);
            long hits = hits(word);
            while (hits == 0) {
                // The target is behind by at least one byte, so nothing unread is hit.
                WORDS.set(text, target, word);
                from += WORD_BYTES;
                target += WORD_BYTES;
                word = (long) WORDS.get(text, from);
                hits = hits(word);
            }
            int run = Long.numberOfTrailingZeros(hits) >>> 3;
            if (from + run - target >= WORD_BYTES) {
                WORDS.set(text, target, word);
            } else {
                for (int i = 0; i < run; i++) {
                    text[target + i] = text[from + i];
                }
            }
            from += run;
            target += run;
            requireInside(from);
        }
        textLength = target - start;
        return from + 1;
    }

    /** The ASCII character that this escape stands for, or -1 when it is another or none. */
    private int plainEscape(int backslash) {
        byte letter = bytes[backslash + 1];
        return switch (letter) {
            case '"', '\\', '/' -> letter;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                int unit = hexUnit(backslash + 2);
                yield unit < 0x80 ? unit : -1;
            }
            default -> -1;
        };
    }

    /** Appends the UTF-8 of an escape beyond ASCII; leaves its end in {@link #to} and returns the place behind it. */
    private int wideEscape(int backslash, int target) {
        if (bytes[backslash + 1] != 'u') {
            throw syntax("one of \"\\/bfnrtu after a backslash", bytes, Math.min(end, backslash + 1), end);
        }
        int unit = requireHexUnit(backslash + 2);
        int behind = backslash + UNICODE_ESCAPE_BYTES;
        if (unit < Character.MIN_SURROGATE || unit > Character.MAX_SURROGATE) {
            putCodePoint(unit, target);
            return behind;
        }
        if (unit <= Character.MAX_HIGH_SURROGATE && bytes[behind] == '\\' && bytes[behind + 1] == 'u') {
            int low = requireHexUnit(behind + 2);
            if (low >= Character.MIN_LOW_SURROGATE && low <= Character.MAX_LOW_SURROGATE) {
                putCodePoint(Character.toCodePoint((char) unit, (char) low), target);
                return behind + UNICODE_ESCAPE_BYTES;
            }
        }
        // Half a pair has no UTF-8; Java's own encoder writes a question mark for it too.
        putCodePoint('?', target);
        return behind;
    }

    private int requireHexUnit(int at) {
        int unit = hexUnit(at);
        if (unit < 0) {
            throw syntax("four hex digits", bytes, Math.min(end, at), end);
        }
        return unit;
    }

    /** The number that four hex digits make; negative when there are none, as at the sentinel behind the header. */
    private int hexUnit(int at) {
        return hexDigit(at) << 12 | hexDigit(at + 1) << 8 | hexDigit(at + 2) << 4 | hexDigit(at + 3);
    }

    /** The value of the digit at this place, or -1. */
    private int hexDigit(int at) {
        int letter = bytes[at];
        if (letter >= '0' && letter <= '9') {
            return letter - '0';
        }
        int lower = letter | 0x20;
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    private void putCodePoint(int codePoint, int target) {
        to = target;
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

    private void requireInside(int special) {
        if (special >= end) {
            throw syntax("'\"' at the end of a string", bytes, end, end);
        }
    }

    static ProtocolException syntax(String expected, byte[] bytes, int where, int end) {
        String found = where < end ? "byte 0x" + Integer.toHexString(bytes[where] & 0xFF) : "the end";
        return new ProtocolException(
                Reason.HEADER_SYNTAX, "JSON header: expected " + expected + " at byte " + where + ", found " + found);
    }
}
