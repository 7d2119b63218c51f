package io.firn.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** Requests gathered for one write. Owned by the thread that writes the connection. */
final class Outbox {
    private static final int MIN_CAPACITY = 256 << 10;

    private final SocketChannel channel;
    private final ByteBuffer buffer;

    /** Holds at least {@code largestFrame} bytes. */
    Outbox(SocketChannel channel, int largestFrame) {
        this.channel = channel;
        this.buffer = ByteBuffer.allocateDirect(Math.max(MIN_CAPACITY, 2 * largestFrame));
    }

    /** A buffer with room for {@code bytes} more; what is gathered goes out first when there is none. */
    ByteBuffer reserve(int bytes) throws IOException {
        if (buffer.remaining() < bytes) {
            flush();
        }
        return buffer;
    }

    /** Writes all that is gathered; blocks while the peer does not read. */
    void flush() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }
}
