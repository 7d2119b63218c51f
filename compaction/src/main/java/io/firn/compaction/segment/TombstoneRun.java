package io.firn.compaction.segment;

/**
 * Tombstones of a segment that became the oldest record of their keys at the same commit. A segment made of several keeps
 * their runs, so that putting segments together does not give a tombstone a longer life.
 *
 * @param from first queue offset of the run
 * @param until queue offset after the run
 * @param dedupedAt time of the commit after which no older record of these keys was readable, ms
 * @param count live tombstones in the run
 */
public record TombstoneRun(long from, long until, long dedupedAt, int count) {

    /** The same run with another count. */
    public TombstoneRun withCount(int newCount) {
        return new TombstoneRun(from, until, dedupedAt, newCount);
    }
}
