package io.firn.compaction.segment;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;

/**
 * The buffers of one pass, used again for each segment it writes.
 *
 * @param log for records
 * @param index for index entries
 */
public record SegmentBuffers(ByteBuffer log, ByteBuffer index) {

    private static final int MIN_BYTES = 4096;

    /** Takes about this much memory, which goes when the arena does. */
    public static SegmentBuffers allocate(Arena arena, long bytes) {
        int log = Math.clamp(bytes * 3 / 4, MIN_BYTES, 1 << 20);
        int index = Math.clamp(bytes / 4, MIN_BYTES, 1 << 18);
        return new SegmentBuffers(
                arena.allocate(log).asByteBuffer(), arena.allocate(index).asByteBuffer());
    }
}
