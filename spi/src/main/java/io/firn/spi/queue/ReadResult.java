package io.firn.spi.queue;

import io.firn.spi.message.FrameBatch;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * What reading a queue gave.
 *
 * @since 1.0
 */
public sealed interface ReadResult {

    /**
     * Messages, in offset order; the broker closes the frames once they are written or dropped.
     *
     * @param frames the messages, one or more
     * @param nextOffset where to go on reading, above the offsets given
     * @param fields sent to the client along with the messages; names begin with {@code firn}; mostly empty
     * @since 1.0
     */
    record Found(FrameBatch frames, long nextOffset, Map<String, String> fields) implements ReadResult {

        /**
         * Takes read-only copies.
         *
         * @since 1.0
         */
        public Found {
            fields = Map.copyOf(fields);
        }

        /**
         * With no fields.
         *
         * @since 1.0
         */
        public Found(FrameBatch frames, long nextOffset) {
            this(frames, nextOffset, Map.of());
        }
    }

    /**
     * No message from the offset asked for up to {@code nextOffset}, which is above it; there may be more behind.
     *
     * @since 1.0
     */
    record Skipped(long nextOffset) implements ReadResult {}

    /**
     * The offset asked for is that of the next message to come: the reader may wait.
     *
     * @since 1.0
     */
    record AtEnd(long offset) implements ReadResult {}

    /**
     * There is nothing at this offset; {@code nextOffset} is the nearest one that is valid.
     *
     * @since 1.0
     */
    record OutOfRange(long nextOffset) implements ReadResult {}

    /**
     * The answer takes io: the broker waits for it without a thread, as for a cold read, and answers "try again" when it
     * fails or is late. It must not give another {@code Later}.
     *
     * @since 1.0
     */
    record Later(CompletionStage<ReadResult> result) implements ReadResult {}
}
