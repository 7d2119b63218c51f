package io.firn.testkit;

import io.firn.broker.runtime.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The clock of a broker in a test: goes on like the machine's, and ahead of it by what it was advanced. Everything in
 * the broker that waits for a time sees that at once: tasks of plugins, deadlines, ages, rounds of deletion; time-outs
 * of sockets and of the test's client do not. Restarts and crashes do not set it back. Any thread.
 */
public final class TestClock {

    private final AtomicLong aheadNanos = new AtomicLong();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final Runnable settled;

    /** {@code settled} waits until the broker has taken a step in. */
    TestClock(Runnable settled) {
        this.settled = settled;
    }

    /**
     * Moves on, wall and monotonic time together. Best while no message is under way: a call into a plugin that spans
     * it seems to have taken that long.
     *
     * @throws IllegalArgumentException when the time is negative
     */
    public void advance(Duration time) {
        if (time.isNegative()) {
            throw new IllegalArgumentException("a clock can not be set back: " + time);
        }
        aheadNanos.addAndGet(time.toNanos());
        listeners.forEach(Runnable::run);
        settled.run();
    }

    /** What it shows. */
    public Instant now() {
        return Instant.now().plusNanos(aheadNanos.get());
    }

    /** For one run of the broker. */
    Clock forBroker() {
        return new Clock() {
            @Override
            public long millis() {
                return now().toEpochMilli();
            }

            @Override
            public long nanos() {
                return System.nanoTime() + aheadNanos.get();
            }

            @Override
            public Runnable onMove(Runnable moved) {
                listeners.add(moved);
                return () -> listeners.remove(moved);
            }
        };
    }

    /** The broker has ended: nobody waits any more. */
    void brokerEnded() {
        listeners.clear();
    }
}
