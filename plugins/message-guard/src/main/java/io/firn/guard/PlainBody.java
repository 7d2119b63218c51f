package io.firn.guard;

import io.firn.spi.message.FrameView;
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
     * @param body as it is sent; position and limit stay
     * @param sysFlag of its message
     * @throws Unreadable when it is longer than {@code maxBytes}, damaged, or compressed by another method
     */
    static byte[] of(ByteBuffer body, int sysFlag, int maxBytes) throws Unreadable {
        if (body.remaining() > maxBytes) {
            throw tooLong(maxBytes);
        }
        byte[] sent = new byte[body.remaining()];
        body.get(body.position(), sent);
        if ((sysFlag & FrameView.COMPRESSED) == 0) {
            return sent;
        }
        int method = (sysFlag >> METHOD_SHIFT) & METHOD_MASK;
        if (method != UNNAMED && method != ZLIB) {
            throw new Unreadable("the body is compressed by method " + method + ", only zlib can be looked into");
        }
        return inflate(sent, maxBytes);
    }

    private static byte[] inflate(byte[] packed, int maxBytes) throws Unreadable {
        Inflater inflater = new Inflater();
        try {
            inflater.setInput(packed);
            // one byte more than allowed tells a body that is too long from one that just fits
            long limit = maxBytes + 1L;
            byte[] out = new byte[(int) Math.min(limit, Math.max(1, (long) packed.length * FIRST_GUESS))];
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
