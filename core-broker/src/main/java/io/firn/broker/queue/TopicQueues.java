package io.firn.broker.queue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The queues of one topic by id. Changed under the lock of {@link ConsumeQueues}; any thread looks up. */
final class TopicQueues {

    /** Queue ids are below this. */
    static final int MAX_QUEUES = 1 << 16;

    /** Records below this log position belong to an earlier topic of the same name. */
    private final long bornAt;

    private volatile @Nullable ConsumeQueue[] queues = new ConsumeQueue[4];

    TopicQueues(long bornAt) {
        this.bornAt = bornAt;
    }

    long bornAt() {
        return bornAt;
    }

    @Nullable
    ConsumeQueue get(int queueId) {
        @Nullable ConsumeQueue[] current = queues;
        return queueId >= 0 && queueId < current.length ? current[queueId] : null;
    }

    void put(ConsumeQueue queue) {
        @Nullable ConsumeQueue[] current = queues;
        int length = current.length;
        while (length <= queue.queueId()) {
            length *= 2;
        }
        // a copy, so that the volatile write publishes the queue
        @Nullable ConsumeQueue[] copy = Arrays.copyOf(current, length);
        copy[queue.queueId()] = queue;
        queues = copy;
    }

    List<ConsumeQueue> all() {
        List<ConsumeQueue> all = new ArrayList<>();
        for (@Nullable ConsumeQueue queue : queues) {
            if (queue != null) {
                all.add(queue);
            }
        }
        return all;
    }
}
