package io.firn.compaction.pass;

/** What a pass did; counted by its thread, read when it is done. */
public final class PassCounts {

    private long records;
    private long bytesIn;
    private long bytesOut;
    private long spilled;
    private long keyless;
    private long unmet;
    private long killed;
    private int commits;

    void window(WindowScan scan, long from, WinnerKeys keys) {
        records += scan.end() - from;
        bytesIn += scan.bytes();
        keyless += scan.keyless();
        spilled += keys.spilledBytes();
        unmet += keys.unmet();
    }

    void wrote(long bytes) {
        bytesOut += bytes;
    }

    void killed(long count) {
        killed += count;
    }

    void committed() {
        commits++;
    }

    /** Records of the log that were compacted. */
    public long records() {
        return records;
    }

    /** Bytes of these. */
    public long bytesIn() {
        return bytesIn;
    }

    /** Bytes of records written, rewritten ones included. */
    public long bytesOut() {
        return bytesOut;
    }

    /** Bytes that went through temporary files because the keys did not fit in memory. */
    public long spilledBytes() {
        return spilled;
    }

    /** Records without a key, which were kept. */
    public long keyless() {
        return keyless;
    }

    /** Conditional records that did not count, because their keys were written in between. */
    public long unmet() {
        return unmet;
    }

    /** Records of older segments that died: overwritten, tombstones that were due, expired. */
    public long killed() {
        return killed;
    }

    /** Generations committed; 0 when there was nothing to do. */
    public int commits() {
        return commits;
    }
}
