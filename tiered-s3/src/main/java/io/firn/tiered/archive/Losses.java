package io.firn.tiered.archive;

import org.jspecify.annotations.Nullable;

/**
 * What is neither on the disk nor archived, and whether an operator has given it up. {@link #none}, {@link #found} and
 * {@link #takeAnswer} belong to the archiver's thread; the rest comes on any.
 */
final class Losses {
    /** Owner: the archiver's thread. */
    private volatile @Nullable LostRange lost;
    /** Owner: operators; only ever compared with {@link #lost}. */
    private volatile @Nullable LostRange accepted;
    /** Set by an operator, taken by the archiver's thread. */
    private volatile boolean answered;

    @Nullable
    LostRange lost() {
        return lost;
    }

    /** Nothing is missing. */
    void none() {
        lost = null;
    }

    /** This is missing; tells whether exactly that was given up. */
    boolean found(LostRange range) {
        lost = range;
        return range.equals(accepted);
    }

    /** Gives up what is missing; false when that is something else, or nothing. */
    boolean accept(LostRange range) {
        if (!range.equals(lost)) {
            return false;
        }
        accepted = range;
        answered = true;
        return true;
    }

    /** Whether an operator has answered since the last call. */
    boolean takeAnswer() {
        boolean taken = answered;
        answered = false;
        return taken;
    }
}
