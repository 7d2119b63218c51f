package io.firn.compaction.segment;

import java.util.List;

/**
 * A manifest's entry of one segment.
 *
 * @param name of its files
 * @param extent what it covers
 * @param liveness how much of it is alive
 * @param marks sizes and checksums of its files
 * @param tombstones runs with live tombstones, in offset order
 */
public record SegmentMeta(
        SegmentName name, Extent extent, Liveness liveness, SegmentMarks marks, List<TombstoneRun> tombstones) {

    /** Keeps its own copy of the runs. */
    public SegmentMeta {
        tombstones = List.copyOf(tombstones);
    }

    /** The same segment with its key file and its runs of tombstones. */
    public SegmentMeta completed(FileMark keys, List<TombstoneRun> runs) {
        SegmentMarks all = new SegmentMarks(marks.log(), marks.index(), keys, marks.live());
        return new SegmentMeta(name, extent, liveness, all, runs);
    }

    /** Bytes of dead records. */
    public long deadBytes() {
        return extent.logBytes() - liveness.liveBytes();
    }
}
