package io.firn.compaction.queue;

import io.firn.compaction.frame.KeyHash;
import io.firn.compaction.frame.RecordKey;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds keys that are in more than one queue of a topic: allowed, each queue keeps its own latest record, and a reader of all
 * queues gets both. Takes memory for each key, only while an operator waits. One thread.
 */
public final class KeysElsewhere {

    private record HashPair(long high, long low) {}

    /** Queues have seeds of their own, so the keys are hashed once more here. */
    private final KeyHash hash = new KeyHash(0x6669726eL, 0x6b657973L);

    private final Map<HashPair, Integer> queues = new HashMap<>();
    private long count;
    private @Nullable String example;

    /** The key a live record of a queue has. */
    void note(RecordKey key, int queue) {
        if (!key.hashKey(hash)) {
            return;
        }
        Integer first = queues.putIfAbsent(new HashPair(hash.high(), hash.low()), queue);
        if (first != null && first != queue) {
            count++;
            byte[] bytes = key.copyKey();
            if (example == null && bytes != null) {
                example = "'" + new String(bytes, StandardCharsets.UTF_8) + "' is in queues " + first + " and " + queue;
            }
        }
    }

    /** Keys found in a queue after they were found in another one. */
    public long count() {
        return count;
    }

    /** One of them, for people; null when there is none. */
    public @Nullable String example() {
        return example;
    }
}
