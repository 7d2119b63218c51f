package io.firn.spi.cold;

/**
 * The offsets of a queue that can be served: [min, max). Immutable.
 *
 * @param min the first
 * @param max behind the last
 * @since 1.0
 */
public record Coverage(long min, long max) {

    /** Nothing. */
    public static final Coverage NONE = new Coverage(0, 0);

    /**
     * Checks the components.
     *
     * @throws IllegalArgumentException when min is negative or max below it
     * @since 1.0
     */
    public Coverage {
        if (min < 0 || max < min) {
            throw new IllegalArgumentException("offsets from " + min + " to " + max);
        }
    }

    /**
     * Whether it covers nothing.
     *
     * @since 1.0
     */
    public boolean isEmpty() {
        return min == max;
    }

    /**
     * Whether it covers this offset.
     *
     * @since 1.0
     */
    public boolean contains(long offset) {
        return offset >= min && offset < max;
    }
}
