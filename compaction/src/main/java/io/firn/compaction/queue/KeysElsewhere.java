package io.firn.compaction.queue;

import io.firn.compaction.frame.KeyHash;
import io.firn.compaction.frame.RecordKey;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds keys that are in more than one queue of a topic: allowed, each queue keeps its own latest record, and a reader of all
 * queues gets both. Takes memory for each key up to a limit, only while an operator waits. One thread.
 */
public final class KeysElsewhere {

    /** Keys that are remembered; with their hashes they take about 100 MB. */
    private static final int MOST = 1_000_000;

    private record HashPair(long high, long low) {}

    /** Queues have seeds of their own, so the keys are hashed once more here. */
    private final KeyHash hash = new KeyHash(0x6669726eL, 0x6b657973L);

    private final Map<HashPair, Integer> queues = new HashMap<>();
    private final int most;
    private long count;
    private long passedOver;
    private @Nullable String example;

    /** For one topic. */
    public KeysElsewhere() {
        this(MOST);
    }

    /** Remembers so many keys. */
    KeysElsewhere(int most) {
        this.most = most;
    }

    /** The key a live record of a queue has. */
    void note(RecordKey key, int queue) {
        if (!key.hashKey(hash)) {
            return;
        }
        HashPair pair = new HashPair(hash.high(), hash.low());
        Integer first = queues.get(pair);
        if (first == null && queues.size() >= most) {
            passedOver++;
        } else if (first == null) {
            queues.put(pair, queue);
        }
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

    /** Records whose keys were too many to be remembered: whether other queues have them is not known. */
    public long passedOver() {
        return passedOver;
    }

    /** One of them, for people; null when there is none. */
    public @Nullable String example() {
        return example;
    }
}
