package io.firn.compaction.segment;

/**
 * How much of a segment is alive.
 *
 * @param liveGeneration generation whose live bits count, 0 when all records are alive and there is no such file
 * @param liveRecords records alive
 * @param liveBytes bytes of these
 * @param deadSince when the oldest of the dead was overwritten, ms, or earlier; {@link Long#MAX_VALUE} without dead
 */
public record Liveness(long liveGeneration, int liveRecords, long liveBytes, long deadSince) {

    /** Nothing dead. */
    public static Liveness all(Extent extent) {
        return new Liveness(0, extent.records(), extent.logBytes(), Long.MAX_VALUE);
    }
}
