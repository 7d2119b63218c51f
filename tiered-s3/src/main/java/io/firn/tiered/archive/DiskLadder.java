package io.firn.tiered.archive;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How badly the disk needs room, as the broker told it within the last minute. The steps: above the broker's own limit
 * uploads go as fast as they can; from 80 % on they have the line to themselves, before reading ahead and before the rate
 * an operator set; what comes next, refusing messages, is the broker's. Told by the housekeeper, asked on any thread.
 */
public final class DiskLadder {
    private static final double FREE_RATIO = 0.80;
    private static final Duration COUNTS_FOR = Duration.ofSeconds(60);

    private final LongSupplier nanos;
    private volatile Told told;

    /** What to do for the disk. */
    public enum Step {
        /** Nothing. */
        CALM,
        /** Upload as fast as they can go. */
        HURRY,
        /** Uploads first: nothing else that can wait uses the line. */
        FREE
    }

    private record Told(Step step, long untilNs) {}

    /**
     * A ladder at whose foot one stands.
     *
     * @param nanos a monotonic clock
     */
    public DiskLadder(LongSupplier nanos) {
        this.nanos = nanos;
        this.told = new Told(Step.CALM, nanos.getAsLong());
    }

    /** The broker has too full a disk: this share of it is in use. */
    public void told(double usedRatio) {
        Step step = usedRatio >= FREE_RATIO ? Step.FREE : Step.HURRY;
        told = new Told(step, nanos.getAsLong() + COUNTS_FOR.toNanos());
    }

    /** The step now. */
    public Step step() {
        Told last = told;
        return last.untilNs - nanos.getAsLong() > 0 ? last.step : Step.CALM;
    }
}
