package io.firn.guard;

import io.firn.spi.message.FrameView;
import io.firn.spi.put.PutView;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The bytes a sender meant. Stock clients compress bodies beyond 4 KiB; bits 8 to 10 of the system flag say how: 0 and 3
 * zlib, 1 LZ4, 2 Zstandard.
 */
final class PlainBody {

    private static final int METHOD_SHIFT = 8;
    private static final int METHOD_MASK = 7;
    private static final int UNNAMED = 0;
    private static final int ZLIB = 3;
    private static final int FIRST_GUESS = 4;

    private PlainBody() {}

    /** The body can not be looked at. */
    static final class Unreadable extends IOException {

        private static final long serialVersionUID = 1L;

        Unreadable(String message) {
            super(message);
        }
    }

    /**
     * A copy of the body, unpacked.
     *
     * @throws Unreadable when it is longer than {@code maxBytes}, damaged, or compressed by another method
     */
    static byte[] of(PutView message, int maxBytes) throws Unreadable {
        if (message.bodyLength() > maxBytes) {
            throw tooLong(maxBytes);
        }
        byte[] stored = new byte[message.bodyLength()];
        ByteBuffer body = message.body();
        body.get(body.position(), stored);
        if ((message.sysFlag() & FrameView.COMPRESSED) == 0) {
            return stored;
        }
        int method = (message.sysFlag() >> METHOD_SHIFT) & METHOD_MASK;
        if (method != UNNAMED && method != ZLIB) {
            throw new Unreadable("the body is compressed by method " + method + ", only zlib can be looked into");
        }
        return inflate(stored, maxBytes);
    }

    private static byte[] inflate(byte[] stored, int maxBytes) throws Unreadable {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(stored);
            // one byte more than allowed tells a body that is too long from one that just fits
            long limit = maxBytes + 1L;
            byte[] out = new byte[(int) Math.min(limit, Math.max(1, (long) stored.length * FIRST_GUESS))];
            int length = 0;
            while (!inflater.finished()) {
                if (length == out.length) {
                    if (length == limit) {
                        throw tooLong(maxBytes);
                    }
                    out = Arrays.copyOf(out, (int) Math.min(limit, out.length * 2L));
                }
                int step = inflater.inflate(out, length, out.length - length);
                length += step;
                if (step == 0 && !inflater.finished() && (inflater.needsInput() || inflater.needsDictionary())) {
                    throw new Unreadable("the compressed body ends too early");
                }
            }
            if (length > maxBytes) {
                throw tooLong(maxBytes);
            }
            return Arrays.copyOf(out, length);
        } catch (DataFormatException e) {
            throw new Unreadable("the compressed body is damaged");
        } finally {
            inflater.end();
        }
    }

    private static Unreadable tooLong(int maxBytes) {
        return new Unreadable("the body is longer than the " + maxBytes + " bytes that are held against a schema");
    }
}
