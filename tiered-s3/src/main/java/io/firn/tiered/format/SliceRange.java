package io.firn.tiered.format;

import java.nio.ByteBuffer;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * What to write into one object.
 *
 * @param bytes the slice, between position and limit: whole messages of one commit-log file, with or without its filler
 * @param base position of its first byte in the commit log
 * @param uuid names the object; fresh for each attempt
 * @param retentionClass at most 16 ASCII characters
 * @param topics which topics go into this object; the others of the slice go into other objects or nowhere
 * @param meta who wrote it, for people and for a catalogue that must be rebuilt; no line ends
 */
public record SliceRange(
        ByteBuffer bytes,
        long base,
        UUID uuid,
        String retentionClass,
        Predicate<String> topics,
        Map<String, String> meta) {
    public SliceRange {
        meta = Map.copyOf(meta);
        if (!retentionClass.matches("[a-z0-9-]{1,16}")) {
            throw new IllegalArgumentException("retention class '" + retentionClass + "' is not 1 to 16 of [a-z0-9-]");
        }
    }

    long end() {
        return base + bytes.remaining();
    }
}
