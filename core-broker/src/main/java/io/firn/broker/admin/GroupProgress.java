package io.firn.broker.admin;

import io.firn.broker.group.ConsumerGroup;
import io.firn.broker.topic.Topic;
import io.firn.broker.wire.body.MessageQueue;
import io.firn.broker.wire.body.QueueProgress;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How far groups are in their queues. Any thread that may fault pages in. */
final class GroupProgress {

    private final BrokerRooms rooms;
    private final QueueTimes times;

    GroupProgress(BrokerRooms rooms) {
        this.rooms = rooms;
        this.times = new QueueTimes(rooms.stored().reader());
    }

    /** The queues of these topics. Topics that are gone, or that a connected group gave up, are left out. */
    Map<MessageQueue, QueueProgress> of(String group, Collection<String> topics) {
        Map<MessageQueue, QueueProgress> progress = new TreeMap<>();
        ConsumerGroup connected = rooms.groups().members().consumers(group);
        for (String name : topics) {
            Topic topic = rooms.topics().find(name);
            if (topic != null && isRead(connected, name)) {
                for (int id = 0; id < topic.readQueues(); id++) {
                    progress.put(new MessageQueue(name, rooms.self().brokerName(), id), of(group, name, id));
                }
            }
        }
        return progress;
    }

    private static boolean isRead(@Nullable ConsumerGroup connected, String topic) {
        return connected == null || connected.subscriptions().isEmpty() || connected.subscription(topic) != null;
    }

    /** Nothing committed shows as 0. How far clients have pulled ahead of that is known to them alone. */
    private QueueProgress of(String group, String topic, int queueId) {
        long end = rooms.stored().reader().maxOffset(topic, queueId);
        long committed = Math.max(0, rooms.groups().offsets().query(group, topic, queueId));
        return new QueueProgress(end, committed, committed, times.timeOr(topic, queueId, committed - 1, 0));
    }
}
