package io.firn.tiered.format;

import java.nio.ByteBuffer;
import java.util.Set;
import java.util.TreeSet;

/** Which topics a slice has messages of. */
public final class SliceTopics {
    private SliceTopics() {}

    /**
     * The topics of the remaining bytes of {@code slice}, which begins on a message at {@code base}; one pass, any thread.
     *
     * @throws FormatException a record is not where the one before ends
     */
    public static Set<String> of(ByteBuffer slice, long base) {
        Set<String> topics = new TreeSet<>();
        SliceScan.of(slice, base, topic -> true).table().queues().forEach(queue -> topics.add(queue.topic()));
        return topics;
    }
}
