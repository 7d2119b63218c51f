package io.firn.spi.dispatch;

import io.firn.spi.contract.ByteSize;
import java.time.Duration;

/**
 * How the log is cut into batches. A batch never goes beyond a segment. Immutable.
 *
 * @param unit what a batch is
 * @param maxBytes the most bytes of the log in a batch, more than 0; one message is given whatever its size. Segments are
 *     given whole whatever they have
 * @param maxAge how long bytes wait for a batch to fill, not negative; zero: never
 * @since 1.0
 */
public record Batching(Unit unit, ByteSize maxBytes, Duration maxAge) {

    /**
     * What a batch is.
     *
     * @since 1.0
     */
    public enum Unit {
        /** Some messages near the log's end, while their pages are in memory. */
        FRAMES,
        /** The rest of a segment that is full, or what there is of it once {@code maxAge} has passed. */
        SEGMENT
    }

    /**
     * Checks the components.
     *
     * @throws IllegalArgumentException when a limit is out of range
     * @since 1.0
     */
    public Batching {
        if (maxBytes.toBytes() == 0 || maxAge.isNegative()) {
            throw new IllegalArgumentException("batches of at most " + maxBytes + " after " + maxAge);
        }
    }

    /**
     * Batches of messages as they come, at most 1 MiB.
     *
     * @since 1.0
     */
    public static Batching frames() {
        return new Batching(Unit.FRAMES, ByteSize.ofMebibytes(1), Duration.ZERO);
    }

    /**
     * Whole segments; part of one when its first byte has waited so long.
     *
     * @since 1.0
     */
    public static Batching segments(Duration maxAge) {
        return new Batching(Unit.SEGMENT, ByteSize.ofMebibytes(1024), maxAge);
    }
}
