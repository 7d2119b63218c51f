package io.firn.compaction.store;

/**
 * How far a queue is compacted.
 *
 * @param cleanedTo queue offset after the last one compacted; -1 before the first pass
 * @param cleanedPosition where in the commit log the last compacted record ended; later records lie at or after it
 */
public record Progress(long cleanedTo, long cleanedPosition) {

    /** Nothing compacted yet. */
    public static final Progress NONE = new Progress(-1, 0);
}
