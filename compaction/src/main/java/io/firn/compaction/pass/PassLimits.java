package io.firn.compaction.pass;

/**
 * Sizes that passes keep to.
 *
 * @param segmentBytes most bytes of records in a segment; a larger record gets a segment of its own
 * @param mergeBytes segments are put together up to this size
 * @param mergeCount how many small neighbours are worth putting together
 */
public record PassLimits(long segmentBytes, long mergeBytes, int mergeCount) {

    /** Merging has to end: what is put together fits in one segment, and many become one. */
    public PassLimits {
        if (mergeBytes > segmentBytes || mergeCount < 2 || segmentBytes > 1L << 31) {
            throw new IllegalArgumentException(
                    "sizes of segments make no sense: " + segmentBytes + ", " + mergeBytes + ", " + mergeCount);
        }
    }

    /** 1 GiB, 256 MiB, 8. */
    public static final PassLimits NORMAL = new PassLimits(1L << 30, 256L << 20, 8);
}
