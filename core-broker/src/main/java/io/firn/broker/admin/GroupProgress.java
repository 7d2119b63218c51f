package io.firn.broker.admin;

import io.firn.broker.group.ConsumerGroup;
import io.firn.broker.topic.Topic;
import io.firn.broker.wire.body.MessageQueue;
import io.firn.broker.wire.body.QueueProgress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** How far groups are in their queues. Any thread that may fault pages in. */
final class GroupProgress {

    private final BrokerRooms rooms;
    private final QueueTimes times;

    GroupProgress(BrokerRooms rooms) {
        this.rooms = rooms;
        this.times = new QueueTimes(rooms.stored().reader());
    }

    /** One queue's progress. */
    private record Entry(MessageQueue queue, QueueProgress progress) {}

    /** The queues of these topics. Topics that are gone, or that a connected group gave up, are left out. */
    CompletableFuture<Map<MessageQueue, QueueProgress>> of(String group, Collection<String> topics) {
        List<CompletableFuture<Entry>> entries = new ArrayList<>();
        ConsumerGroup connected = rooms.groups().members().consumers(group);
        for (String name : topics) {
            Topic topic = rooms.topics().find(name);
            if (topic != null && isRead(connected, name)) {
                for (int id = 0; id < topic.readQueues(); id++) {
                    entries.add(of(group, name, id));
                }
            }
        }
        return Gathered.of(entries).thenApply(all -> {
            Map<MessageQueue, QueueProgress> progress = new TreeMap<>();
            all.forEach(entry -> progress.put(entry.queue, entry.progress));
            return progress;
        });
    }

    private static boolean isRead(@Nullable ConsumerGroup connected, String topic) {
        return connected == null || connected.subscriptions().isEmpty() || connected.subscription(topic) != null;
    }

    /** Nothing committed shows as 0. How far clients have pulled ahead of that is known to them alone. */
    private CompletableFuture<Entry> of(String group, String topic, int queueId) {
        long committed = Math.max(0, rooms.groups().offsets().query(group, topic, queueId));
        MessageQueue queue = new MessageQueue(topic, rooms.self().brokerName(), queueId);
        return rooms.stored()
                .reader()
                .range(topic, queueId)
                .thenCombine(
                        times.timeOr(topic, queueId, committed - 1, 0),
                        (range, time) -> new Entry(queue, new QueueProgress(range.max(), committed, committed, time)));
    }
}
