package io.firn.broker.wire;

import java.io.ByteArrayOutputStream;
import java.util.BitSet;

/**
 * Rewrites what fastjson writes as standard JSON: a bare field name gets quotes, an object that is a map key becomes a
 * string that holds it. All else is copied as it stands, mistakes included, for the real parser to report. Linear in the
 * length of the input whatever it holds. One use, one thread.
 */
final class LenientJson {
    private final byte[] in;
    private final int end;
    private final Keys keys;
    private final ByteArrayOutputStream out;

    /** Which of the open containers are objects. */
    private final BitSet objects = new BitSet();

    private int depth;
    private int at;
    private boolean keyNext;

    LenientJson(byte[] in) {
        this(in, 0, in.length, Keys.MAY_BE_OBJECTS);
    }

    private LenientJson(byte[] in, int start, int end, Keys keys) {
        this.in = in;
        this.at = start;
        this.end = end;
        this.keys = keys;
        this.out = new ByteArrayOutputStream(end - start + 16);
    }

    byte[] toStandard() {
        while (at < end) {
            byte c = in[at];
            switch (c) {
                case '"' -> {
                    copyTo(afterString(at));
                    keyNext = false;
                }
                case '{' -> openObject();
                case '[' -> {
                    open(false);
                    keyNext = false;
                }
                case '}', ']' -> {
                    depth = Math.max(0, depth - 1);
                    keyNext = false;
                    copyTo(at + 1);
                }
                case ',' -> {
                    keyNext = depth > 0 && objects.get(depth - 1);
                    copyTo(at + 1);
                }
                case ':', ' ', '\t', '\r', '\n' -> copyTo(at + 1);
                default -> word();
            }
        }
        return out.toByteArray();
    }

    private void openObject() {
        if (!keyNext || keys == Keys.ARE_TEXT) {
            open(true);
            keyNext = true;
            return;
        }
        int close = afterObject(at);
        if (close < 0) {
            // Never closed: the real parser will say so.
            copyTo(end);
            return;
        }
        quote(new LenientJson(in, at, close, Keys.ARE_TEXT).toStandard());
        at = close;
        keyNext = false;
    }

    private void open(boolean object) {
        objects.set(depth++, object);
        copyTo(at + 1);
    }

    /** A number, true, false or null where a value stands; a name that lacks its quotes where a key stands. */
    private void word() {
        int from = at;
        int to = at + 1;
        while (to < end && !isStructure(in[to])) {
            to++;
        }
        if (keyNext) {
            out.write('"');
            out.write(in, from, to - from);
            out.write('"');
        } else {
            out.write(in, from, to - from);
        }
        keyNext = false;
        at = to;
    }

    private static boolean isStructure(byte c) {
        return switch (c) {
            case '"', '{', '}', '[', ']', ',', ':', ' ', '\t', '\r', '\n' -> true;
            default -> false;
        };
    }

    private void copyTo(int to) {
        out.write(in, at, to - at);
        at = to;
    }

    /** Where the string that opens here has ended, or the end of the input. */
    private int afterString(int quote) {
        int position = quote + 1;
        while (position < end && in[position] != '"') {
            position += in[position] == '\\' ? 2 : 1;
        }
        return Math.min(end, position + 1);
    }

    /** Where the object that opens here has ended, or -1 when it never does. */
    private int afterObject(int brace) {
        int open = 0;
        int position = brace;
        while (position < end) {
            byte c = in[position];
            if (c == '"') {
                position = afterString(position);
                continue;
            }
            position++;
            if (c == '{') {
                open++;
            } else if (c == '}' && --open == 0) {
                return position;
            }
        }
        return -1;
    }

    private void quote(byte[] text) {
        out.write('"');
        for (byte c : text) {
            if (c == '"' || c == '\\') {
                out.write('\\');
            }
            // Only spaces between tokens can be control characters here.
            out.write(c >= 0 && c < ' ' ? ' ' : c);
        }
        out.write('"');
    }

    private enum Keys {
        MAY_BE_OBJECTS,
        /** Inside a key: deeper keys stay as they are, or backslashes would double with every level. */
        ARE_TEXT
    }
}
