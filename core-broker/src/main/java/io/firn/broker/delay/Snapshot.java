package io.firn.broker.delay;

import io.firn.broker.log.FlushWaiter;
import java.util.Map;

/**
 * How far messages were delivered at one moment. It may be written once the copies that were delivered until then are on
 * disk: written earlier, it would outlive them after a power cut, and they would be lost.
 */
final class Snapshot implements FlushWaiter {

    private final Map<Integer, Long> offsets;
    private final Runnable waker;
    /** Written by a log thread. */
    private volatile Safety safety = Safety.UNKNOWN;

    /** What is known of the copies. */
    enum Safety {
        UNKNOWN,
        SAFE,
        DOUBTFUL
    }

    /**
     * A moment.
     *
     * @param offsets by level, the first that was not delivered
     * @param waker called when more is known
     */
    Snapshot(Map<Integer, Long> offsets, Runnable waker) {
        this.offsets = Map.copyOf(offsets);
        this.waker = waker;
    }

    Map<Integer, Long> offsets() {
        return offsets;
    }

    Safety safety() {
        return safety;
    }

    @Override
    public void flushed() {
        know(Safety.SAFE);
    }

    @Override
    public void timedOut() {
        know(Safety.DOUBTFUL);
    }

    @Override
    public void failed(Throwable cause) {
        know(Safety.DOUBTFUL);
    }

    private void know(Safety now) {
        safety = now;
        waker.run();
    }
}
