package io.firn.broker.wire;

import io.firn.broker.wire.ProtocolException.Reason;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads a JSON header in one pass into a {@link HeaderTable}. Strings are unescaped in place: an escape is never shorter
 * than the UTF-8 it stands for, so the text only moves towards the front of the same array. Strict about structure
 * (RFC 8259), lenient about types where fastjson is: numbers and booleans as ext values, quoted integers, unknown fields
 * of any shape. Owner: the io thread of its connection. Allocates nothing unless the header is broken.
 */
final class JsonHeaderParser {
    private static final VarHandle LONGS =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long ONES = 0x0101010101010101L;
    private static final long HIGHS = 0x8080808080808080L;
    private static final long QUOTES = ONES * '"';
    private static final long BACKSLASHES = ONES * '\\';

    /** One bit per open bracket fits a long. */
    private static final int MAX_DEPTH = 64;

    private final HeaderTable table;
    private byte[] bytes;
    private int at;
    private int end;

    /** Length of the text that {@link #string} returned last. */
    private int textLength;

    JsonHeaderParser(HeaderTable table) {
        this.table = table;
        this.bytes = table.bytes;
    }

    /** Parses the header that lies at the start of the table's array. */
    void parse() {
        bytes = table.bytes;
        at = 0;
        end = table.length;
        expect('{', "a JSON object");
        if (peek() == '}') {
            at++;
        } else {
            byte next;
            do {
                expect('"', "a field name");
                int key = string();
                int keyLength = textLength;
                expect(':', "':'");
                member(key, keyLength);
                next = token();
            } while (next == ',');
            require(next == '}', "',' or '}'");
        }
        skipSpace();
        if (at != end) {
            throw syntax("the end of the header");
        }
    }

    private void member(int key, int length) {
        switch (length) {
            case 4 -> {
                if (Ascii.equals("code", bytes, key, length)) {
                    table.code = integer("code");
                } else if (Ascii.equals("flag", bytes, key, length)) {
                    table.flag = integer("flag");
                } else {
                    skipValue();
                }
            }
            case 6 -> {
                if (Ascii.equals("opaque", bytes, key, length)) {
                    table.opaque = integer("opaque");
                } else if (Ascii.equals("remark", bytes, key, length)) {
                    remark();
                } else {
                    skipValue();
                }
            }
            case 7 -> {
                if (Ascii.equals("version", bytes, key, length)) {
                    table.version = integer("version");
                } else {
                    skipValue();
                }
            }
            case 8 -> {
                if (Ascii.equals("language", bytes, key, length)) {
                    language();
                } else {
                    skipValue();
                }
            }
            case 9 -> {
                if (Ascii.equals("extFields", bytes, key, length)) {
                    extFields();
                } else {
                    skipValue();
                }
            }
            default -> skipValue();
        }
    }

    private void remark() {
        if (peek() == '"') {
            at++;
            table.remarkStart = string();
            table.remarkLength = textLength;
        } else {
            requireNull("remark", "a string");
            table.remarkLength = HeaderTable.NULL;
        }
    }

    private void language() {
        byte first = peek();
        if (first == '"') {
            at++;
            int start = string();
            table.language = LanguageCode.ofName(bytes, start, textLength);
        } else if (first == '-' || isDigit(first)) {
            table.language = LanguageCode.ofByte(integer("language"));
        } else {
            requireNull("language", "a string");
            table.language = LanguageCode.JAVA;
        }
    }

    private void extFields() {
        table.clearEntries();
        if (peek() != '{') {
            requireNull("extFields", "an object");
            return;
        }
        at++;
        if (peek() == '}') {
            at++;
            return;
        }
        byte next;
        do {
            expect('"', "an ext field name");
            int key = string();
            int keyLength = textLength;
            expect(':', "':'");
            extValue(key, keyLength);
            next = token();
        } while (next == ',');
        require(next == '}', "',' or '}'");
    }

    private void extValue(int key, int keyLength) {
        if (peek() == '"') {
            at++;
            int value = string();
            table.add(key, keyLength, value, textLength);
            return;
        }
        int start = at;
        skipValue();
        boolean isNull = bytes[start] == 'n';
        table.add(key, keyLength, start, isNull ? HeaderTable.NULL : at - start);
    }

    /** An integer of 32 bits, bare or quoted; null counts as 0. */
    private int integer(String field) {
        int start;
        int length;
        if (peek() == '"') {
            at++;
            start = string();
            length = textLength;
        } else {
            start = at;
            skipValue();
            length = at - start;
            if (bytes[start] == 'n') {
                return 0;
            }
        }
        if (Ascii.isLong(bytes, start, length)) {
            long value = Ascii.toLong(bytes, start, length);
            if (value == (int) value) {
                return (int) value;
            }
        }
        throw new ProtocolException(Reason.HEADER_VALUE, "header field '" + field + "' is not an integer of 32 bits");
    }

    private void requireNull(String field, String expected) {
        int start = at;
        skipValue();
        if (bytes[start] != 'n') {
            throw new ProtocolException(Reason.HEADER_VALUE, "header field '" + field + "' is not " + expected);
        }
    }

    /**
     * Reads the string whose opening quote was just passed and unescapes it in place.
     *
     * @return where its text starts; its length is in {@link #textLength}
     */
    private int string() {
        int start = at;
        int position = toSpecial(start);
        if (bytes[position] == '"') {
            textLength = position - start;
            at = position + 1;
            return start;
        }
        textLength = unescape(position) - start;
        return start;
    }

    /** The next quote or backslash from here on. */
    private int toSpecial(int from) {
        int position = from;
        while (position < end) {
            long hit = specials((long) LONGS.get(bytes, position));
            if (hit != 0) {
                position += Long.numberOfTrailingZeros(hit) >>> 3;
                break;
            }
            position += 8;
        }
        if (position >= end) {
            at = end;
            throw syntax("'\"' at the end of a string");
        }
        return position;
    }

    /** The high bit of the first byte that is a quote or a backslash; higher bits may be set by chance. */
    private static long specials(long word) {
        long quote = word ^ QUOTES;
        long backslash = word ^ BACKSLASHES;
        return (((quote - ONES) & ~quote) | ((backslash - ONES) & ~backslash)) & HIGHS;
    }

    /** Moves the rest of a string, from its first backslash on, over its escapes. Returns where the text then ends. */
    private int unescape(int firstBackslash) {
        int from = firstBackslash;
        int to = firstBackslash;
        while (from < end) {
            long word = (long) LONGS.get(bytes, from);
            long hit = specials(word);
            if (hit == 0) {
                LONGS.set(bytes, to, word);
                from += 8;
                to += 8;
                continue;
            }
            for (int run = Long.numberOfTrailingZeros(hit) >>> 3; run > 0; run--) {
                bytes[to++] = bytes[from++];
            }
            if (from >= end) {
                break;
            }
            at = from + 1;
            if (bytes[from] == '"') {
                return to;
            }
            to = escape(to);
            from = at;
        }
        at = end;
        throw syntax("'\"' at the end of a string");
    }

    /** Reads what follows a backslash at {@link #at}, writes its UTF-8 and returns where that ends. */
    private int escape(int to) {
        byte letter = next("an escape");
        switch (letter) {
            case '"', '\\', '/' -> bytes[to] = letter;
            case 'b' -> bytes[to] = '\b';
            case 'f' -> bytes[to] = '\f';
            case 'n' -> bytes[to] = '\n';
            case 'r' -> bytes[to] = '\r';
            case 't' -> bytes[to] = '\t';
            case 'u' -> {
                return putCodePoint(codePoint(), to);
            }
            default -> throw syntax("one of \"\\/bfnrtu after a backslash");
        }
        return to + 1;
    }

    private int codePoint() {
        int unit = hexUnit();
        if (unit < Character.MIN_SURROGATE || unit > Character.MAX_SURROGATE) {
            return unit;
        }
        if (unit <= Character.MAX_HIGH_SURROGATE && at + 6 <= end && bytes[at] == '\\' && bytes[at + 1] == 'u') {
            int before = at;
            at += 2;
            int low = hexUnit();
            if (low >= Character.MIN_LOW_SURROGATE && low <= Character.MAX_LOW_SURROGATE) {
                return Character.toCodePoint((char) unit, (char) low);
            }
            at = before;
        }
        // Half a pair has no UTF-8; Java's own encoder writes a question mark for it too.
        return '?';
    }

    private int hexUnit() {
        int unit = 0;
        for (int i = 0; i < 4; i++) {
            int digit = Character.digit(next("four hex digits"), 16);
            if (digit < 0) {
                throw syntax("four hex digits");
            }
            unit = unit << 4 | digit;
        }
        return unit;
    }

    private int putCodePoint(int codePoint, int to) {
        if (codePoint < 0x80) {
            bytes[to] = (byte) codePoint;
            return to + 1;
        }
        if (codePoint < 0x800) {
            bytes[to] = (byte) (0xC0 | codePoint >> 6);
            bytes[to + 1] = (byte) (0x80 | codePoint & 0x3F);
            return to + 2;
        }
        if (codePoint < 0x10000) {
            bytes[to] = (byte) (0xE0 | codePoint >> 12);
            bytes[to + 1] = (byte) (0x80 | codePoint >> 6 & 0x3F);
            bytes[to + 2] = (byte) (0x80 | codePoint & 0x3F);
            return to + 3;
        }
        bytes[to] = (byte) (0xF0 | codePoint >> 18);
        bytes[to + 1] = (byte) (0x80 | codePoint >> 12 & 0x3F);
        bytes[to + 2] = (byte) (0x80 | codePoint >> 6 & 0x3F);
        bytes[to + 3] = (byte) (0x80 | codePoint & 0x3F);
        return to + 4;
    }

    /** Passes one value of any shape and leaves its bytes as they are. */
    private void skipValue() {
        byte first = token();
        if (first == '"') {
            skipString();
        } else if (first == '{' || first == '[') {
            skipContainer(first);
        } else {
            skipLiteral(at - 1);
        }
    }

    private void skipString() {
        at = toSpecial(at);
        while (bytes[at] == '\\') {
            at = toSpecial(at + 2);
        }
        at++;
    }

    /** Brackets must match; between them anything that is made of JSON's tokens passes. */
    private void skipContainer(byte first) {
        long open = first == '{' ? 1 : 0;
        int depth = 1;
        while (depth > 0) {
            byte token = token();
            switch (token) {
                case '"' -> skipString();
                case '{', '[' -> {
                    if (++depth > MAX_DEPTH) {
                        throw new ProtocolException(
                                Reason.HEADER_LIMIT, "header is nested deeper than " + MAX_DEPTH + " levels");
                    }
                    open = open << 1 | (token == '{' ? 1 : 0);
                }
                case '}', ']' -> {
                    require((open & 1) == (token == '}' ? 1 : 0), "the bracket that matches");
                    open >>>= 1;
                    depth--;
                }
                case ',', ':' -> {
                    // Order inside an unknown value is its sender's affair.
                }
                default -> skipLiteral(at - 1);
            }
        }
    }

    private void skipLiteral(int start) {
        while (at < end && isLiteral(bytes[at])) {
            at++;
        }
        byte first = bytes[start];
        int length = at - start;
        boolean known = first == '-'
                || isDigit(first)
                || Ascii.equals("true", bytes, start, length)
                || Ascii.equals("false", bytes, start, length)
                || Ascii.equals("null", bytes, start, length);
        if (!known) {
            at = start;
            throw syntax("a value");
        }
    }

    private static boolean isLiteral(byte value) {
        return isDigit(value) || value >= 'a' && value <= 'z' || value == '-' || value == '+' || value == '.' || value == 'E';
    }

    private static boolean isDigit(byte value) {
        return value >= '0' && value <= '9';
    }

    private void skipSpace() {
        while (at < end && (bytes[at] == ' ' || bytes[at] == '\n' || bytes[at] == '\r' || bytes[at] == '\t')) {
            at++;
        }
    }

    /** The next byte that is no space, not consumed. */
    private byte peek() {
        skipSpace();
        if (at >= end) {
            throw syntax("more");
        }
        return bytes[at];
    }

    /** The next byte that is no space, consumed. */
    private byte token() {
        byte token = peek();
        at++;
        return token;
    }

    private byte next(String expected) {
        if (at >= end) {
            throw syntax(expected);
        }
        return bytes[at++];
    }

    private void expect(char wanted, String what) {
        require(token() == wanted, what);
    }

    private void require(boolean holds, String what) {
        if (!holds) {
            at--;
            throw syntax(what);
        }
    }

    private ProtocolException syntax(String expected) {
        String found = at < end ? "byte 0x" + Integer.toHexString(bytes[at] & 0xFF) : "the end";
        return new ProtocolException(
                Reason.HEADER_SYNTAX, "JSON header: expected " + expected + " at byte " + at + ", found " + found);
    }
}
