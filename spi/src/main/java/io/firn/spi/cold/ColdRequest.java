package io.firn.spi.cold;

import io.firn.spi.contract.Deadline;
import io.firn.spi.message.MessageFilterView;
import io.firn.spi.topic.QueueRef;

/**
 * What to read of one queue. Immutable; any thread; not to be kept beyond the answer.
 *
 * @param queue which
 * @param offset the first offset wanted, within the coverage
 * @param limits how much
 * @param filter which messages; the rest may be left out, and the broker looks again
 * @param reader who reads, and until when
 * @since 1.0
 */
public record ColdRequest(QueueRef queue, long offset, Limits limits, MessageFilterView filter, Reader reader) {

    /**
     * How much to read.
     *
     * @param maxMessages most messages, 1 or more
     * @param maxBytes most bytes of frames; the first message is given whatever its size
     * @since 1.0
     */
    public record Limits(int maxMessages, int maxBytes) {

        /**
         * Checks the components.
         *
         * @throws IllegalArgumentException when nothing could be read
         * @since 1.0
         */
        public Limits {
            if (maxMessages < 1 || maxBytes < 0) {
                throw new IllegalArgumentException(
                        "nothing to read: " + maxMessages + " messages, " + maxBytes + " bytes");
            }
        }
    }

    /**
     * Who reads.
     *
     * @param group the consumer group, for fair shares; empty when it is no group
     * @param access whether reading ahead pays
     * @param deadline when the answer is no longer waited for
     * @since 1.0
     */
    public record Reader(String group, Access access, Deadline deadline) {}

    /**
     * What the reader will do next.
     *
     * @since 1.0
     */
    public enum Access {
        /** Read on: reading ahead pays. */
        SEQUENTIAL,
        /** Nothing: it looks up one place. */
        SINGLE,
        /** Read on, by the broker's own book-keeping: {@link ColdBatch.Elsewhere} would be of no use to it. */
        BOUND
    }
}
