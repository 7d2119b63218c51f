package io.firn.broker.queue;

/**
 * Offsets of a queue from {@code min} up to, not including, {@code max}.
 *
 * @param min the first offset that can be read; {@code max} when none can
 * @param max the offset of the next message to come
 */
public record OffsetRange(long min, long max) {

    /** Of a queue that never had a message. */
    public static final OffsetRange NONE = new OffsetRange(0, 0);

    public OffsetRange {
        if (min < 0 || max < min) {
            throw new IllegalArgumentException("no range of offsets: " + min + " to " + max);
        }
    }

    public boolean isEmpty() {
        return min == max;
    }

    public boolean contains(long offset) {
        return offset >= min && offset < max;
    }

    /** From the first to the last of both, whatever is between. An empty range adds only its end. */
    OffsetRange joinedWith(OffsetRange other) {
        long end = Math.max(max, other.max);
        if (isEmpty()) {
            return new OffsetRange(other.isEmpty() ? end : other.min, end);
        }
        return new OffsetRange(other.isEmpty() ? min : Math.min(min, other.min), end);
    }
}
