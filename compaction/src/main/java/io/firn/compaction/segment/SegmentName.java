package io.firn.compaction.segment;

/**
 * The name of a segment, never used twice: a generation number is given to one attempt of one pass only.
 *
 * @param base queue offset of its first record
 * @param generation attempt that wrote it
 */
public record SegmentName(long base, long generation) {

    private static final String ZEROS = "0".repeat(20);

    /** {@code s-<base, 20 digits>-<generation>}, the stem of the segment's files. */
    public String stem() {
        String digits = Long.toString(base);
        return "s-" + ZEROS.substring(digits.length()) + digits + "-" + generation;
    }

    /** File of the records. */
    public String log() {
        return stem() + ".log";
    }

    /** File of the index. */
    public String index() {
        return stem() + ".idx";
    }

    /** File of the key hashes. */
    public String keys() {
        return stem() + ".keys";
    }

    /** File of the live bits that {@code liveGeneration} found. */
    public String live(long liveGeneration) {
        return stem() + ".live-" + liveGeneration;
    }
}
