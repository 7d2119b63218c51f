package io.firn.tiered.format;

import java.nio.ByteBuffer;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a slice has messages of.
 *
 * @param topics their topics
 * @param messages how many there are
 */
public record SliceTopics(Set<String> topics, int messages) {
    public SliceTopics {
        topics = Set.copyOf(topics);
    }

    /**
     * Of the remaining bytes of {@code slice}, which begins on a message at {@code base}; one pass, any thread.
     *
     * @throws FormatException a record is not where the one before ends
     */
    public static SliceTopics of(ByteBuffer slice, long base) {
        SliceScan scan = SliceScan.of(slice, base, topic -> true);
        Set<String> topics = new TreeSet<>();
        scan.table().queues().forEach(queue -> topics.add(queue.topic()));
        return new SliceTopics(topics, scan.count());
    }
}
