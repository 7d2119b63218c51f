package io.firn.broker.server;

import java.nio.ByteBuffer;

/**
 * The bytes that follow an answer's header, as slices in order. Slices that are large on average go from where they lie
 * to the socket without a copy, so they should be direct buffers; small ones are copied into the connection's output.
 */
public interface ReplyBody extends AutoCloseable {

    /** No bytes. */
    ReplyBody EMPTY = new BytesBody(new byte[0]);

    /** The sum of the slices' remaining bytes. */
    int length();

    int sliceCount();

    /**
     * One slice: the bytes from its position to its limit. The server asks once for each, may move its position, and
     * needs the bytes unchanged until {@link #close}.
     */
    ByteBuffer slice(int index);

    /**
     * Called exactly once: when the bytes were copied, when the socket took the last of them, or when it is certain that
     * it will not. On the connection's io thread, or on the replying thread when the connection is already closed.
     */
    @Override
    void close();

    /** A body of these bytes, not copied. */
    static ReplyBody of(byte[] bytes) {
        return bytes.length == 0 ? EMPTY : new BytesBody(bytes);
    }
}
