package io.firn.spi.cold;

import io.firn.spi.contract.Incubating;
import io.firn.spi.message.FrameBatch;

/**
 * The answer to a cold read.
 *
 * @since 1.0
 */
public sealed interface ColdBatch {

    /**
     * Messages; the broker closes the frames once, when they are written or no longer wanted. Their offsets rise, none is
     * below the one asked for or at or above {@code nextOffset}. Fewer than asked for is fine.
     *
     * @since 1.0
     */
    record Found(FrameBatch frames, long nextOffset) implements ColdBatch {}

    /**
     * No message from the offset asked for up to {@code nextOffset}: filtered out, or deleted on purpose. The reader goes
     * on there, so it has to be above the offset asked for.
     *
     * @since 1.0
     */
    record Skipped(long nextOffset) implements ColdBatch {}

    /**
     * Read it from another broker of this broker's name, which has the same messages. Only for readers whose access is
     * {@link ColdRequest.Access#SEQUENTIAL}. A client that does not know that broker asks this one again, at once and for
     * the same offset: give it messages then, else it will do so for ever.
     *
     * @since 1.0
     */
    @Incubating
    record Elsewhere(long brokerId) implements ColdBatch {}
}
