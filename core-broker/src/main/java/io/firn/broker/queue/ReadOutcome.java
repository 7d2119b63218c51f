package io.firn.broker.queue;

/** What reading a queue gave. Offsets are queue offsets; {@code maxOffset} is the offset of the next message to come. */
public sealed interface ReadOutcome {

    long minOffset();

    long maxOffset();

    /**
     * Messages. The receiver closes the slices.
     *
     * @param nextOffset where to go on reading
     * @param endPosition log position behind the last record given
     */
    record Found(RecordSlices slices, long nextOffset, long endPosition, long minOffset, long maxOffset)
            implements ReadOutcome {}

    /** Offsets up to {@code nextOffset} were looked at and none gave a message; there may be more behind. */
    record Filtered(long nextOffset, long minOffset, long maxOffset) implements ReadOutcome {}

    /** The offset asked for is that of the next message to come. */
    record AtEnd(long offset, long minOffset, long maxOffset) implements ReadOutcome {}

    /** The queue has messages, but not at this offset; {@code nextOffset} is the nearest one that is valid. */
    record OutOfRange(long nextOffset, Side side, long minOffset, long maxOffset) implements ReadOutcome {}

    /** Something other than the local store serves this offset: go on with {@link QueueLog#readElsewhere}. */
    record Elsewhere(long minOffset, long maxOffset) implements ReadOutcome {}

    /**
     * What serves this offset could not do it now. The reader asks again at the same offset and has missed nothing.
     *
     * @param brokerId the broker to ask; {@link #SAME_BROKER} for this one
     */
    record TryAgain(long offset, long brokerId, long minOffset, long maxOffset) implements ReadOutcome {

        /** This broker may be asked again. */
        public static final long SAME_BROKER = -1;
    }

    /** The queue exists and never held a message. */
    record Empty() implements ReadOutcome {
        @Override
        public long minOffset() {
            return 0;
        }

        @Override
        public long maxOffset() {
            return 0;
        }
    }

    /** There is no such queue. */
    record NoQueue() implements ReadOutcome {
        @Override
        public long minOffset() {
            return 0;
        }

        @Override
        public long maxOffset() {
            return 0;
        }
    }

    /** Where an offset out of range lies. */
    enum Side {
        /** Below the first message that is still there. */
        TOO_SMALL,
        /** Beyond the next message to come. */
        TOO_LARGE
    }
}
