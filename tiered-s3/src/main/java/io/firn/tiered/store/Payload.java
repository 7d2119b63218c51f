package io.firn.tiered.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Bytes to be stored. Read more than once (checksum, signature, retry), so each {@link #open} starts over, and the
 * bytes must not change until the call that got it returns. A timed-out attempt closes its stream before the next
 * attempt opens one.
 */
public interface Payload {
    /** Exact number of bytes each {@link #open} yields. */
    long lengthBytes();

    /** A stream from the first byte; closed by the store. */
    InputStream open() throws IOException;

    /** The bytes of an array, not copied. */
    static Payload of(byte[] bytes) {
        return of(List.of(ByteBuffer.wrap(bytes)));
    }

    /** The remaining bytes of the buffers, one after the other; the buffers' positions are left alone. */
    static Payload of(List<ByteBuffer> buffers) {
        return new BufferPayload(buffers);
    }

    /** No bytes. */
    static Payload empty() {
        return new Payload() {
            @Override
            public long lengthBytes() {
                return 0;
            }

            @Override
            public InputStream open() {
                return new ByteArrayInputStream(new byte[0]);
            }
        };
    }
}
