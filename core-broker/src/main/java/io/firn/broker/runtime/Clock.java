package io.firn.broker.runtime;

/** The two clocks of the broker. Passed in everywhere, so that tests own time. Any thread. */
public interface Clock {

    /** Wall clock, milliseconds since the epoch. May step backwards when the machine's clock is set. */
    long millis();

    /** Monotonic nanoseconds, comparable only by difference, as {@link System#nanoTime()}. */
    long nanos();

    /** The machine's clocks. */
    static Clock system() {
        return SystemClock.INSTANCE;
    }
}
