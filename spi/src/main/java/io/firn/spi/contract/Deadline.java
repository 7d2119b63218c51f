package io.firn.spi.contract;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A moment on the monotonic clock by which something has to be done. Immutable; any thread.
 *
 * @since 1.0
 */
public final class Deadline {

    /** Far enough: nanosecond clocks are compared by difference, which must not overflow. */
    private static final long LONGEST_NS = Long.MAX_VALUE / 4;

    private final LongSupplier nanoClock;
    private final long atNs;

    private Deadline(LongSupplier nanoClock, long atNs) {
        this.nanoClock = nanoClock;
        this.atNs = atNs;
    }

    /**
     * {@code timeout} from now; a negative one has passed already, one beyond 73 years is cut to that.
     *
     * @param nanoClock monotonic nanoseconds as {@link System#nanoTime()}
     * @since 1.0
     */
    public static Deadline after(Duration timeout, LongSupplier nanoClock) {
        return new Deadline(nanoClock, nanoClock.getAsLong() + nanosOf(timeout));
    }

    /**
     * The earlier of this one and {@code timeout} from now: a budget for one step of the work.
     *
     * @since 1.0
     */
    public Deadline atMost(Duration timeout) {
        long other = nanoClock.getAsLong() + nanosOf(timeout);
        return other - atNs < 0 ? new Deadline(nanoClock, other) : this;
    }

    /**
     * What is left, in nanoseconds; 0 when it has passed.
     *
     * @since 1.0
     */
    public long remainingNs() {
        return Math.max(0, atNs - nanoClock.getAsLong());
    }

    /**
     * What is left; zero when it has passed.
     *
     * @since 1.0
     */
    public Duration remaining() {
        return Duration.ofNanos(remainingNs());
    }

    /**
     * Whether it has passed.
     *
     * @since 1.0
     */
    public boolean isExpired() {
        return remainingNs() == 0;
    }

    @Override
    public String toString() {
        return "in " + remaining();
    }

    private static long nanosOf(Duration timeout) {
        if (timeout.isNegative()) {
            return 0;
        }
        return timeout.compareTo(Duration.ofNanos(LONGEST_NS)) >= 0 ? LONGEST_NS : timeout.toNanos();
    }
}
