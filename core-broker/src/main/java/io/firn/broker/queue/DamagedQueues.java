package io.firn.broker.queue;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Offsets whose entries did not fit the log when somebody met them. Any thread notes, {@link QueueRepairs} takes. */
final class DamagedQueues {

    private final ConcurrentHashMap<ConsumeQueue, OffsetRange> noted = new ConcurrentHashMap<>();

    /** Notes offsets of a queue; everything between two notes of one queue counts as noted. */
    void note(ConsumeQueue queue, OffsetRange offsets) {
        OffsetRange known = noted.get(queue);
        if (known == null || known.min() > offsets.min() || known.max() < offsets.max()) {
            noted.merge(queue, offsets, OffsetRange::joinedWith);
        }
    }

    /** Takes one queue out; null when there is none. */
    Map.@Nullable Entry<ConsumeQueue, OffsetRange> poll() {
        for (ConsumeQueue queue : noted.keySet()) {
            OffsetRange offsets = noted.remove(queue);
            if (offsets != null) {
                return Map.entry(queue, offsets);
            }
        }
        return null;
    }
}
