package io.firn.tiered.store;

import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Bytes of buffers, heap or direct, read through duplicates. */
final class BufferPayload implements Payload {
    private final List<ByteBuffer> buffers;
    private final long length;

    BufferPayload(List<ByteBuffer> buffers) {
        List<ByteBuffer> views = new ArrayList<>(buffers.size());
        long sum = 0;
        for (ByteBuffer buffer : buffers) {
            views.add(buffer.asReadOnlyBuffer());
            sum += buffer.remaining();
        }
        this.buffers = views;
        this.length = sum;
    }

    @Override
    public long lengthBytes() {
        return length;
    }

    @Override
    public InputStream open() {
        return new BufferStream(buffers.stream().map(ByteBuffer::duplicate).toList());
    }

    /** One pass over the buffers; owned by the thread that opened it. */
    private static final class BufferStream extends InputStream {
        private final List<ByteBuffer> rest;
        private int current;

        BufferStream(List<ByteBuffer> rest) {
            this.rest = rest;
        }

        @Override
        public int read() {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            Objects.checkFromIndexSize(offset, length, into.length);
            while (current < rest.size() && !rest.get(current).hasRemaining()) {
                current++;
            }
            if (current == rest.size()) {
                return length == 0 ? 0 : -1;
            }
            int count = Math.min(length, rest.get(current).remaining());
            rest.get(current).get(into, offset, count);
            return count;
        }
    }
}
