package io.firn.broker.wire;

import io.firn.broker.wire.ProtocolException.Reason;

/**
 * A cursor over the JSON tokens of one header. Strings are unescaped in place by {@link JsonStrings}. Owner: the io
 * thread of its connection.
 */
final class JsonScanner {
    /** One bit per open bracket fits a long. */
    private static final int MAX_DEPTH = 64;

    private final JsonStrings strings = new JsonStrings();
    private byte[] bytes = {};
    private int at;
    private int end;

    /** Begins at the start of this array, which has eight bytes of slack behind {@code length}. */
    void start(byte[] text, int length) {
        bytes = text;
        at = 0;
        end = length;
        strings.start(text, length);
    }

    int position() {
        return at;
    }

    /** The next byte that is no space, not consumed. */
    byte peek() {
        skipSpace();
        if (at >= end) {
            throw syntax("more", at);
        }
        return bytes[at];
    }

    /** Consumes this byte, which must come next but for spaces. */
    void expect(char wanted, String what) {
        if (peek() != wanted) {
            throw syntax(what, at);
        }
        at++;
    }

    /** Consumes a quote if it comes next. */
    boolean openString() {
        boolean open = peek() == '"';
        at += open ? 1 : 0;
        return open;
    }

    /** Consumes a comma, or the bracket that closes, and tells which: true for the comma. */
    boolean another(char close) {
        byte next = peek();
        if (next != ',' && next != close) {
            throw syntax("',' or '" + close + "'", at);
        }
        at++;
        return next == ',';
    }

    void expectEnd() {
        skipSpace();
        if (at != end) {
            throw syntax("the end of the header", at);
        }
    }

    /**
     * Consumes the string whose opening quote has been consumed, and unescapes it.
     *
     * @return where its text starts; its length is {@link #textLength}
     */
    int string() {
        int start = at;
        at = strings.read(start);
        return start;
    }

    /** Bytes of the text that {@link #string} found last. */
    int textLength() {
        return strings.textLength();
    }

    /** Consumes one value of any shape and leaves its bytes as they are. */
    void skipValue() {
        byte first = peek();
        at++;
        if (first == '"') {
            at = strings.skip(at);
        } else if (first == '{' || first == '[') {
            skipContainer(first);
        } else {
            skipLiteral();
        }
    }

    /** Brackets must match; between them anything that is made of JSON's tokens passes. */
    private void skipContainer(byte first) {
        long open = first == '{' ? 1 : 0;
        int depth = 1;
        while (depth > 0) {
            byte token = peek();
            at++;
            switch (token) {
                case '"' -> at = strings.skip(at);
                case '{', '[' -> {
                    open = open << 1 | (token == '{' ? 1 : 0);
                    depth = deeper(depth);
                }
                case '}', ']' -> {
                    if ((open & 1) != (token == '}' ? 1 : 0)) {
                        throw syntax("the bracket that matches", at - 1);
                    }
                    open >>>= 1;
                    depth--;
                }
                case ',', ':' -> {
                    // Order inside an unknown value is its sender's affair.
                }
                default -> skipLiteral();
            }
        }
    }

    private static int deeper(int depth) {
        if (depth == MAX_DEPTH) {
            throw new ProtocolException(Reason.HEADER_LIMIT, "header is nested deeper than " + MAX_DEPTH + " levels");
        }
        return depth + 1;
    }

    /** The first byte has been consumed. */
    private void skipLiteral() {
        int start = at - 1;
        byte first = bytes[start];
        if (first == '-' || isDigit(first)) {
            while (at < end && isNumeric(bytes[at])) {
                at++;
            }
            return;
        }
        while (at < end && bytes[at] >= 'a' && bytes[at] <= 'z') {
            at++;
        }
        int length = at - start;
        boolean known = Ascii.equals("true", bytes, start, length)
                || Ascii.equals("false", bytes, start, length)
                || Ascii.equals("null", bytes, start, length);
        if (!known) {
            throw syntax("a value", start);
        }
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

    private void skipSpace() {
        while (at < end && (bytes[at] == ' ' || bytes[at] == '\n' || bytes[at] == '\r' || bytes[at] == '\t')) {
            at++;
        }
    }

    private ProtocolException syntax(String expected, int where) {
        return JsonStrings.syntax(expected, bytes, where, end);
    }
}
