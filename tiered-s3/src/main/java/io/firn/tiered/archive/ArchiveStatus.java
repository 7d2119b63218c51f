package io.firn.tiered.archive;

import java.time.Instant;

/**
 * How archiving goes. Immutable.
 *
 * @param phase what the archiver does
 * @param trouble what is in its way; empty when nothing is
 * @param since when that began
 * @param archivedUpTo positions below are archived, -1 for none
 * @param backlogBytes what is not archived yet
 * @param slices archived since the start
 */
public record ArchiveStatus(
        Phase phase, String trouble, Instant since, long archivedUpTo, long backlogBytes, long slices) {
    /** What the archiver does. */
    public enum Phase {
        /** It has not reached the bucket yet. */
        STARTING,
        /** It archives what comes. */
        RUNNING,
        /** An operator has stopped it. */
        PAUSED,
        /** Another writer has taken over: it does nothing until the broker starts again. */
        FENCED
    }
}
