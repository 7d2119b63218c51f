package io.firn.spi.queue;

import io.firn.spi.contract.ImplementedByPlugin;
import io.firn.spi.message.FrameBatch;
import io.firn.spi.read.Boundary;
import java.io.IOException;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * One queue as consumers see it. The broker's own one is the base that a plugin's is put before. Offsets never change
 * meaning: a reader may leave messages out, it never moves them.
 *
 * <p>All methods are called on the broker's pull threads, many at once: memory and mapped files only; what takes io
 * answers {@link ReadResult.Later}. They are used by every request that tells about offsets (min, max, by time, lag,
 * reset), so all see one view. When a method throws, the request is answered SYSTEM_ERROR; the broker never falls back
 * to the base, which would show another view.
 *
 * @since 1.0
 */
@ImplementedByPlugin
public interface QueueReader extends AutoCloseable {

    /**
     * Reads messages at or after an offset. Never null.
     *
     * @since 1.0
     */
    ReadResult read(ReadRequest request);

    /**
     * The first offset that can be read; {@link #maxOffset} when none can.
     *
     * @since 1.0
     */
    long minOffset();

    /**
     * The offset the next message gets. Never falls.
     *
     * @since 1.0
     */
    long maxOffset();

    /**
     * The offset for a store time; empty when the queue holds nothing.
     *
     * @param timestampMs ms since 1970
     * @since 1.0
     */
    OptionalLong offsetByTime(long timestampMs, Boundary boundary);

    /**
     * No message gets an offset below this, even if the broker's own files of the queue are gone. Asked once, when the
     * reader is opened.
     *
     * @since 1.0
     */
    default long nextOffsetFloor() {
        return 0;
    }

    /**
     * The newest message of a key, alone in its batch, for plugins that keep one per key; null when there is none or the
     * plugin does not. For operators ({@code GET /v1/latest/<topic>/<queueId>?key=}); may block on page faults. The caller
     * closes it.
     *
     * @since 1.0
     */
    default @Nullable FrameBatch latest(byte[] key) {
        return null;
    }

    /**
     * How many messages there are in [from, to), about: for the lag shown to operators. Counts from 0 to {@code to - from};
     * what lies outside is cut.
     *
     * @since 1.0
     */
    default long estimateCount(long from, long to) {
        return Math.max(0, to - from);
    }

    /**
     * No read begins after this was called and all reads have returned; batches given may still be open. Called once, on a
     * thread of the plugin; may block. What it throws is logged and counted.
     *
     * @since 1.0
     */
    @Override
    void close() throws IOException;
}
