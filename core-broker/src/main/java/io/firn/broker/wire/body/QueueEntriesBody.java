package io.firn.broker.wire.body;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reply to 321: a stretch of a consume queue. */
public record QueueEntriesBody(
        long maxQueueIndex,
        long minQueueIndex,
        @Nullable String filterData,
        @Nullable SubscriptionBody subscriptionData,
        List<QueueEntry> queueData) {
    public QueueEntriesBody {
        queueData = Absent.list(queueData);
    }
}
