package io.firn.broker.log;

import java.nio.file.Path;
import java.time.Instant;

/**
 * One file of the log, for retention and tools.
 *
 * @param path the file
 * @param position log position of its first byte
 * @param length bytes of the file, the same for all
 * @param lastModified when the disk last saw a change
 * @param state whether records may still be added
 */
public record SegmentStats(Path path, long position, long length, Instant lastModified, State state) {

    /** Whether records may still be added. */
    public enum State {
        SEALED,
        ACTIVE
    }

    /** Position behind its last byte. */
    public long end() {
        return position + length;
    }
}
