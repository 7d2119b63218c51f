package io.firn.compaction.segment;

/**
 * How to know a segment's files again.
 *
 * @param log of the records
 * @param index of the index
 * @param keys of the key hashes
 * @param live of the live bits, {@link FileMark#ABSENT} when there are none
 */
public record SegmentMarks(FileMark log, FileMark index, FileMark keys, FileMark live) {

    /** The same with other live bits. */
    public SegmentMarks withLive(FileMark newLive) {
        return new SegmentMarks(log, index, keys, newLive);
    }
}
