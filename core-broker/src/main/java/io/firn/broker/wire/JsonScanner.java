package io.firn.broker.wire;

import io.firn.broker.wire.ProtocolException.Reason;

/**
 * Passes over the JSON tokens of one header, from place to place. Strings are unescaped in place by
 * {@link JsonStrings}. Owner: the io thread of its connection.
 */
final class JsonScanner {
    /** One bit per open bracket fits a long. */
    private static final int MAX_DEPTH = 64;

    private final JsonStrings strings = new JsonStrings();
    private byte[] bytes = {};
    private int end;

    /** Reads this array from now on, which has the sentinel of {@link HeaderTable#reset} behind {@code length}. */
    void start(byte[] text, int length) {
        bytes = text;
        end = length;
        strings.start(text, length);
    }

    /** The first place from here that holds no space; the end of the header if there is none. */
    int first(int from) {
        int at = from;
        while (bytes[at] <= ' ' && isSpace(bytes[at])) {
            at++;
        }
        return at;
    }

    /** The place behind this byte, which must come next but for spaces. */
    int skip(int from, char wanted, String what) {
        int at = first(from);
        if (bytes[at] != wanted) {
            throw syntax(what, at);
        }
        return at + 1;
    }

    /** The place of the comma or closing brace, one of which must come next but for spaces. */
    int separator(int from) {
        int at = first(from);
        if (bytes[at] != ',' && bytes[at] != '}') {
            throw syntax("',' or '}'", at);
        }
        return at;
    }

    void requireEnd(int from) {
        int at = first(from);
        if (at != end) {
            throw syntax("the end of the header", at);
        }
    }

    /** Unescapes the string whose text starts here; returns the place behind its closing quote. */
    int string(int start) {
        return strings.read(start);
    }

    /** Bytes of the text that {@link #string} found last. */
    int textLength() {
        return strings.textLength();
    }

    /** The place behind the value that starts here, of any shape; its bytes stay as they are. */
    int value(int start) {
        return switch (bytes[start]) {
            case '"' -> strings.skip(start + 1);
            case '{', '[' -> container(start);
            default -> literal(start);
        };
    }

    /** Brackets must match; between them anything that is made of JSON's tokens passes. */
    private int container(int start) {
        long open = bytes[start] == '{' ? 1 : 0;
        int depth = 1;
        int at = start + 1;
        while (depth > 0) {
            at = first(at);
            byte token = bytes[at];
            switch (token) {
                case '{', '[' -> {
                    if (depth == MAX_DEPTH) {
                        throw new ProtocolException(
                                Reason.HEADER_LIMIT, "header is nested deeper than " + MAX_DEPTH + " levels");
                    }
                    open = open << 1 | (token == '{' ? 1 : 0);
                    depth++;
                    at++;
                }
                case '}', ']' -> {
                    if ((open & 1) != (token == '}' ? 1 : 0)) {
                        throw syntax("the bracket that matches", at);
                    }
                    open >>>= 1;
                    depth--;
                    at++;
                }
                // Their order inside an unknown value is its sender's affair.
                case ',', ':' -> at++;
                default -> at = value(at);
            }
        }
        return at;
    }

    private int literal(int start) {
        byte first = bytes[start];
        int at = start + 1;
        if (first == '-' || isDigit(first)) {
            while (isNumeric(bytes[at])) {
                at++;
            }
            return at;
        }
        while (bytes[at] >= 'a' && bytes[at] <= 'z') {
            at++;
        }
        int length = at - start;
        boolean known = Ascii.equals("true", bytes, start, length)
                || Ascii.equals("false", bytes, start, length)
                || Ascii.equals("null", bytes, start, length);
        if (!known) {
            throw syntax("a value", start);
        }
        return at;
    }

    static boolean isDigit(byte value) {
        return value >= '0' && value <= '9';
    }

    private static boolean isNumeric(byte value) {
        return switch (value) {
            case '.', 'e', 'E', '+', '-' -> true;
            default -> isDigit(value);
        };
    }

    private static boolean isSpace(byte value) {
        return value == ' ' || value == '\n' || value == '\r' || value == '\t';
    }

    private ProtocolException syntax(String expected, int where) {
        return JsonStrings.syntax(expected, bytes, where, end);
    }
}
