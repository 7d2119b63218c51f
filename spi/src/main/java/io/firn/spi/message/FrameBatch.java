package io.firn.spi.message;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Messages on their way to a reader, still where they are stored. Who receives a batch closes it, once the bytes are
 * written or dropped. Any thread.
 *
 * @since 1.0
 */
public final class FrameBatch implements AutoCloseable {

    private final List<ByteBuffer> buffers;
    private final int messages;
    private final AtomicReference<@Nullable Runnable> release;

    private FrameBatch(List<ByteBuffer> buffers, int messages, @Nullable Runnable release) {
        if (messages < buffers.size()) {
            throw new IllegalArgumentException(messages + " messages in " + buffers.size() + " buffers");
        }
        this.buffers = buffers.stream().map(ByteBuffer::asReadOnlyBuffer).toList();
        this.messages = messages;
        this.release = new AtomicReference<>(release);
    }

    /**
     * A batch that holds something.
     *
     * @param buffers each from its position to its limit one or more whole frames, back to back, in offset order; the
     *     bytes stay unchanged until {@code release}
     * @param messages how many frames the buffers hold together
     * @param release called exactly once, by {@link #close}, on any thread; must not block or throw
     * @throws IllegalArgumentException when the number of messages can not be right
     * @since 1.0
     */
    public static FrameBatch of(List<ByteBuffer> buffers, int messages, Runnable release) {
        return new FrameBatch(buffers, messages, release);
    }

    /**
     * A batch on the heap, which nobody has to be told about.
     *
     * @throws IllegalArgumentException when the number of messages can not be right
     * @since 1.0
     */
    public static FrameBatch ofCopies(List<ByteBuffer> buffers, int messages) {
        return new FrameBatch(buffers, messages, null);
    }

    /**
     * Read-only, each from its position to its limit one or more whole frames. Not to be touched after {@link #close}.
     *
     * @since 1.0
     */
    public List<ByteBuffer> buffers() {
        return buffers;
    }

    /**
     * How many frames the buffers hold together.
     *
     * @since 1.0
     */
    public int messages() {
        return messages;
    }

    /**
     * Bytes of all frames.
     *
     * @since 1.0
     */
    public long bytes() {
        long sum = 0;
        for (ByteBuffer buffer : buffers) {
            sum += buffer.remaining();
        }
        return sum;
    }

    /**
     * Gives the bytes back. Idempotent: the release runs once.
     *
     * @since 1.0
     */
    @Override
    public void close() {
        Runnable last = release.getAndSet(null);
        if (last != null) {
            last.run();
        }
    }
}
