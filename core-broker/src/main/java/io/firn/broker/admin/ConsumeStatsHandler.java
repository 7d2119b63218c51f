package io.firn.broker.admin;

import io.firn.broker.group.Offsets;
import io.firn.broker.server.Reply;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.topic.Topic;
import io.firn.broker.wire.ExtFields;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.body.ConsumeStatsBody;
import io.firn.broker.wire.body.ConsumeStatsListBody;
import io.firn.broker.wire.body.MessageQueue;
import io.firn.broker.wire.body.QueueProgress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Executor;

/** Shows how far groups are, one or all: codes 208 and 317. An unknown group has read nothing. */
final class ConsumeStatsHandler {

    private final BrokerRooms rooms;
    private final Offsets offsets;
    private final GroupProgress progress;

    ConsumeStatsHandler(BrokerRooms rooms) {
        this.rooms = rooms;
        this.offsets = rooms.groups().offsets();
        this.progress = new GroupProgress(rooms);
    }

    void addTo(RequestRouter.Builder table, Executor pool) {
        table.route(RequestCode.GET_CONSUME_STATS, pool, (request, from) -> one(request))
                .route(RequestCode.GET_BROKER_CONSUME_STATS, pool, (request, from) -> all(request));
    }

    private Reply one(RemotingCommand request) {
        ExtFields ext = request.ext();
        String group = ext.required("consumerGroup");
        return Reply.Now.ok(Json.encode(stats(progress.of(group, topics(ext, group)))));
    }

    /** The topics a tool names, one or several; else all that the group has read. */
    private Collection<String> topics(ExtFields ext, String group) {
        String topic = ext.get("topic");
        if (topic != null && !topic.isBlank()) {
            return List.of(topic);
        }
        String list = ext.get("topicList");
        if (list != null && !list.isBlank()) {
            return Arrays.asList(list.split(";"));
        }
        return offsets.topicsOf(group);
    }

    private Reply all(RemotingCommand request) {
        TopicKind kind = request.ext().requiredBoolean("isOrder") ? TopicKind.ORDERED : TopicKind.ANY;
        List<Map<String, List<ConsumeStatsBody>>> groups = new ArrayList<>();
        long behind = 0;
        for (String group : new TreeSet<>(rooms.groups().configs().all().keySet())) {
            List<ConsumeStatsBody> byTopic = new ArrayList<>();
            for (String topic : offsets.topicsOf(group)) {
                Map<MessageQueue, QueueProgress> queues =
                        isOf(kind, topic) ? progress.of(group, List.of(topic)) : Map.of();
                if (!queues.isEmpty()) {
                    byTopic.add(stats(queues));
                    behind += queues.values().stream()
                            .mapToLong(queue -> queue.brokerOffset() - queue.consumerOffset())
                            .sum();
                }
            }
            groups.add(Map.of(group, byTopic));
        }
        return Reply.Now.ok(
                Json.encode(new ConsumeStatsListBody(groups, rooms.self().address(), behind, 0)));
    }

    private enum TopicKind {
        ANY,
        ORDERED
    }

    private boolean isOf(TopicKind kind, String name) {
        Topic topic = rooms.topics().find(name);
        return topic != null && (kind == TopicKind.ANY || topic.order());
    }

    /** The rate stays 0: who consumed how much is not counted per group. */
    private static ConsumeStatsBody stats(Map<MessageQueue, QueueProgress> queues) {
        return new ConsumeStatsBody(0, queues);
    }
}
