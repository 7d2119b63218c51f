package io.firn.bench;

import java.nio.ByteBuffer;

/**
 * Cuts response frames out of a buffer and reads the two numbers the load needs, code and opaque, without building
 * anything.
 *
 * <pre>
 * +0  int   length of what follows
 * +4  int   serialize type (1 byte, 0 = JSON) and header length (3 bytes)
 * +8  header, then body
 * </pre>
 *
 * A server writes every header in one order, so the place of the last {@code "opaque"} (counted from the header's end)
 * and {@code "code"} (from its start) is tried first and a scan is the fallback. State: the frame last returned by
 * {@link #next}; owned by the one thread that reads the connection.
 */
final class ResponseScanner {
    /** The 8 bytes {@code "opaque"} with both quotes. */
    private static final long OPAQUE_KEY = 0x226f_7061_7175_6522L;
    /** The first 4 bytes of {@code "code":}. */
    private static final int CODE_KEY = 0x2263_6f64;
    /** The last 4 bytes of {@code "code":}. */
    private static final int CODE_KEY_END = 0x6465_223a;

    private static final int MAX_FRAME = 16 << 20;

    private int opaqueFromEnd = -1;
    private int codeFromStart = -1;

    private int headerAt;
    private int headerEnd;
    private int frameEnd;
    private int code;
    private int opaque;

    /** Moves to the next whole frame and past it; false when the buffer holds no whole frame. */
    boolean next(ByteBuffer in) {
        int at = in.position();
        if (in.remaining() < 8) {
            return false;
        }
        int length = in.getInt(at);
        if (length < 4 || length > MAX_FRAME) {
            throw new BenchException("response frame of " + length + " bytes: not the remoting protocol");
        }
        if (in.remaining() - 4 < length) {
            return false;
        }
        int headerWord = in.getInt(at + 4);
        int headerBytes = headerWord & 0xff_ffff;
        if (headerWord >>> 24 != 0 || headerBytes > length - 4) {
            throw new BenchException("response header is not JSON, or longer than its frame");
        }
        headerAt = at + 8;
        headerEnd = headerAt + headerBytes;
        frameEnd = at + 4 + length;
        opaque = readInt(in, opaqueValueAt(in));
        code = readInt(in, codeValueAt(in));
        in.position(frameEnd);
        return true;
    }

    /** Response code of the current frame. */
    int code() {
        return code;
    }

    /** Correlation id of the current frame. */
    int opaque() {
        return opaque;
    }

    /** First byte of the current frame's body. */
    int bodyAt() {
        return headerEnd;
    }

    /** Bytes in the current frame's body. */
    int bodyBytes() {
        return frameEnd - headerEnd;
    }

    /** Value of a numeric field, written as a number or as a string; -1 when the header has no such field. */
    long number(ByteBuffer in, byte[] quotedKey) {
        int at = find(in, quotedKey);
        if (at < 0) {
            return -1;
        }
        int value = at + quotedKey.length + 1;
        return readLong(in, in.get(value) == '"' ? value + 1 : value);
    }

    /** Value of a text field without escapes; empty when the header has no such field. */
    String text(ByteBuffer in, byte[] quotedKey) {
        int at = find(in, quotedKey);
        StringBuilder text = new StringBuilder();
        if (at >= 0) {
            for (int i = at + quotedKey.length + 2; in.get(i) != '"'; i++) {
                text.append((char) in.get(i));
            }
        }
        return text.toString();
    }

    private int opaqueValueAt(ByteBuffer in) {
        int guess = headerEnd - opaqueFromEnd;
        if (opaqueFromEnd > 0 && guess >= headerAt && in.getLong(guess) == OPAQUE_KEY) {
            return guess + 9;
        }
        for (int i = headerAt; i <= headerEnd - 10; i++) {
            if (in.get(i) == '"' && in.getLong(i) == OPAQUE_KEY) {
                opaqueFromEnd = headerEnd - i;
                return i + 9;
            }
        }
        throw new BenchException("response header without opaque");
    }

    private int codeValueAt(ByteBuffer in) {
        if (codeFromStart >= 0 && isCodeKey(in, headerAt + codeFromStart)) {
            return headerAt + codeFromStart + 7;
        }
        for (int i = headerAt; i <= headerEnd - 8; i++) {
            if (isCodeKey(in, i)) {
                codeFromStart = i - headerAt;
                return i + 7;
            }
        }
        throw new BenchException("response header without code");
    }

    private boolean isCodeKey(ByteBuffer in, int at) {
        return at <= headerEnd - 8 && in.getInt(at) == CODE_KEY && in.getInt(at + 3) == CODE_KEY_END;
    }

    private int find(ByteBuffer in, byte[] key) {
        int last = headerEnd - key.length - 2;
        for (int i = headerAt; i <= last; i++) {
            int k = 0;
            while (k < key.length && in.get(i + k) == key[k]) {
                k++;
            }
            if (k == key.length && in.get(i + k) == ':') {
                return i;
            }
        }
        return -1;
    }

    private static int readInt(ByteBuffer in, int at) {
        return (int) readLong(in, at);
    }

    private static long readLong(ByteBuffer in, int at) {
        int i = at;
        boolean negative = in.get(i) == '-';
        if (negative) {
            i++;
        }
        long value = 0;
        for (int digit = in.get(i) - '0'; digit >= 0 && digit <= 9; digit = in.get(++i) - '0') {
            value = value * 10 + digit;
        }
        return negative ? -value : value;
    }
}
