package io.firn.broker.server;

import java.nio.ByteBuffer;

/** A body in one heap array; nothing to give back. */
final class BytesBody implements ReplyBody {

    private final byte[] bytes;

    BytesBody(byte[] bytes) {
        this.bytes = bytes;
    }

    @Override
    public int length() {
        return bytes.length;
    }

    @Override
    public int sliceCount() {
        return bytes.length == 0 ? 0 : 1;
    }

    @Override
    public ByteBuffer slice(int index) {
        return ByteBuffer.wrap(bytes);
    }

    @Override
    public void close() {
        // the array belongs to the garbage collector
    }
}
