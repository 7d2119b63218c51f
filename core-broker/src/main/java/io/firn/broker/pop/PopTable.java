package io.firn.broker.pop;

import io.firn.broker.group.Offsets;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Every queue that some group pops. Any thread. */
final class PopTable {

    private final Map<GroupTopic, Queues> all = new ConcurrentHashMap<>();
    private final PopQueue.Counts counts = new PopQueue.Counts();
    private final Offsets offsets;

    PopTable(Offsets offsets) {
        this.offsets = offsets;
    }

    private record GroupTopic(String group, String topic) {}

    /** The queue; made when it is not there. */
    PopQueue queue(String group, String topic, int queueId) {
        GroupTopic key = new GroupTopic(group, topic);
        Queues queues = all.get(key);
        if (queues == null) {
            queues = all.computeIfAbsent(key, missing -> new Queues());
        }
        PopQueue known = queues.find(queueId);
        return known == null ? queues.add(new PopQueue(group, topic, queueId, offsets, counts)) : known;
    }

    /** The queue; null when nobody popped it yet. */
    @Nullable
    PopQueue find(String group, String topic, int queueId) {
        Queues queues = all.get(new GroupTopic(group, topic));
        return queues == null ? null : queues.find(queueId);
    }

    /** How many batches are not done. */
    long unfinished() {
        return counts.unfinished().sum();
    }

    /** Whether some batch is not done, or somebody waits for another's claim to end. */
    boolean needsLooks() {
        return counts.unfinished().sum() > 0 || counts.claimants().sum() > 0;
    }

    /** How many batches committed offsets did not pass, as {@link PopQueue#behind()} counts them. */
    long behind() {
        long[] sum = {0};
        forEach(queue -> sum[0] += queue.behind());
        return sum[0];
    }

    void forEach(Consumer<PopQueue> action) {
        all.values().forEach(queues -> queues.forEach(action));
    }

    /** Of one group and topic. */
    private static final class Queues {

        /** Copied when it grows, under this object's lock. */
        private volatile @Nullable PopQueue[] byId = new PopQueue[4];

        @Nullable
        PopQueue find(int queueId) {
            @Nullable PopQueue[] queues = byId;
            return queueId < queues.length ? queues[queueId] : null;
        }

        synchronized PopQueue add(PopQueue fresh) {
            PopQueue known = find(fresh.queueId);
            if (known != null) {
                return known;
            }
            @Nullable PopQueue[] grown = Arrays.copyOf(byId, Math.max(byId.length, fresh.queueId + 1));
            grown[fresh.queueId] = fresh;
            byId = grown;
            return fresh;
        }

        void forEach(Consumer<PopQueue> action) {
            for (PopQueue queue : byId) {
                if (queue != null) {
                    action.accept(queue);
                }
            }
        }
    }
}
