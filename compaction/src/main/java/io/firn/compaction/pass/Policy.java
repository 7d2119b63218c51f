package io.firn.compaction.pass;

import java.time.Duration;
import java.util.List;

/**
 * What a topic wants from compaction.
 *
 * @param minLag younger records are left alone
 * @param maxLag an overwritten record is not readable for longer
 * @param deadRatio share of dead bytes at which a segment is rewritten, in (0, 1]
 * @param retention what happens to what is not wanted any more
 */
public record Policy(Duration minLag, Duration maxLag, double deadRatio, Retention retention) {

    private static final Duration NEVER = Duration.ofDays(365_000);

    /** Checks what one attribute alone cannot. */
    public Policy {
        if (minLag.isNegative() || maxLag.isNegative() || maxLag.compareTo(minLag) < 0) {
            throw new IllegalArgumentException("compaction.max.lag.ms (" + maxLag.toMillis()
                    + ") must not be below compaction.min.lag.ms (" + minLag.toMillis() + ")");
        }
        if (!(deadRatio > 0 && deadRatio <= 1)) {
            throw new IllegalArgumentException("compaction.dead.ratio must be above 0 and at most 1, not " + deadRatio);
        }
    }

    /**
     * How long records stay.
     *
     * @param tombstone a tombstone stays readable for this long after it became the oldest record of its key
     * @param eraseWithin an overwritten record is gone from the disk after this long
     * @param expire a record whose key was not written again for this long is dropped; negative: never
     * @param waitFor consumer groups whose committed offset must have passed a tombstone before it goes
     */
    public record Retention(Duration tombstone, Duration eraseWithin, Duration expire, List<String> waitFor) {

        /** Keeps its own list. */
        public Retention {
            waitFor = List.copyOf(waitFor);
        }
    }

    /** The same, but nothing is let go because of its age. */
    public Policy withoutAging() {
        Retention kept = new Retention(NEVER, retention.eraseWithin(), Duration.ofMillis(-1), retention.waitFor());
        return new Policy(minLag, maxLag, deadRatio, kept);
    }

    /** The defaults of the topic attributes. */
    public static final Policy NORMAL = new Policy(
            Duration.ZERO,
            Duration.ofMinutes(10),
            0.5,
            new Retention(Duration.ofDays(1), Duration.ofDays(1), Duration.ofMillis(-1), List.of()));
}
