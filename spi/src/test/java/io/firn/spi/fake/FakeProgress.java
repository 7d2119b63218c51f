package io.firn.spi.fake;

import io.firn.spi.dispatch.Progress;
import java.util.function.LongConsumer;

/** A dispatcher's progress. Tells each step to a check, on the thread that made it. Any thread. */
public final class FakeProgress implements Progress {

    private final LongConsumer check;
    private long durable;
    private long given;
    private int refused;

    /** Begins at {@code start}. */
    public FakeProgress(long start, LongConsumer check) {
        this.durable = start;
        this.given = start;
        this.check = check;
    }

    /** Batches up to here were given. */
    public synchronized void given(long position) {
        given = Math.max(given, position);
    }

    /** The log was cut. */
    public synchronized void truncate(long position) {
        given = Math.min(given, position);
        durable = Math.min(durable, position);
    }

    /** How often more was called durable than was given. */
    public synchronized int refused() {
        return refused;
    }

    @Override
    public synchronized void durableUpTo(long position) {
        if (position > given) {
            refused++;
            throw new IllegalArgumentException(position + " is beyond what was given: " + given);
        }
        if (position > durable) {
            durable = position;
            check.accept(position);
        }
    }

    @Override
    public synchronized long durable() {
        return durable;
    }
}
