package io.firn.broker.runtime;

/** The two clocks of the broker. Passed in everywhere, so that tests own time. Any thread. */
public interface Clock {

    /** Wall clock, milliseconds since the epoch. May step backwards when the machine's clock is set. */
    long millis();

    /** Monotonic nanoseconds, comparable only by difference, as {@link System#nanoTime()}. */
    long nanos();

    /**
     * Calls {@code moved} whenever both clocks were moved on by hand, which only tests do: who is parked until a time of
     * this clock looks again. The machine's clocks never call it.
     *
     * @return what ends that
     */
    default Runnable onMove(Runnable moved) {
        return () -> {};
    }

    /** The machine's clocks. */
    static Clock system() {
        return SystemClock.INSTANCE;
    }
}
