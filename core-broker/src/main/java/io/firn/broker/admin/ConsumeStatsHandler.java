package io.firn.broker.admin;

import io.firn.broker.group.Offsets;
import io.firn.broker.server.Connection;
import io.firn.broker.server.LaterReply;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Shows how far groups are, one or all: codes 208 and 317. An unknown group has read nothing. */
final class ConsumeStatsHandler {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final BrokerRooms rooms;
    private final Offsets offsets;
    private final GroupProgress progress;
    private final Traffic traffic;

    ConsumeStatsHandler(BrokerRooms rooms, Traffic traffic) {
        this.rooms = rooms;
        this.traffic = traffic;
        this.offsets = rooms.groups().offsets();
        this.progress = new GroupProgress(rooms);
    }

    void addTo(RequestRouter.Builder table, Executor pool) {
        table.route(RequestCode.GET_CONSUME_STATS, pool, this::one)
                .route(RequestCode.GET_BROKER_CONSUME_STATS, pool, this::all);
    }

    private Reply one(RemotingCommand request, Connection from) {
        ExtFields ext = request.ext();
        String group = ext.required("consumerGroup");
        return LaterReply.to(
                request,
                from,
                progress.of(group, topics(ext, group))
                        .thenApply(queues -> Reply.Now.ok(Json.encode(stats(group, queues)))));
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

    /** What a group has read of one topic. */
    private record Read(String group, Map<MessageQueue, QueueProgress> queues, long behind) {}

    private CompletableFuture<Read> read(String group, String topic) {
        return progress.of(group, List.of(topic))
                .thenCompose(queues -> behind(queues).thenApply(sum -> new Read(group, queues, sum)));
    }

    /** Messages, not offsets: a plugin that keeps the latest of a key has fewer of them. */
    private CompletableFuture<Long> behind(Map<MessageQueue, QueueProgress> queues) {
        List<CompletableFuture<Long>> counts = new ArrayList<>();
        queues.forEach((queue, at) -> counts.add(
                rooms.stored().reader().count(queue.topic(), queue.queueId(), at.consumerOffset(), at.brokerOffset())));
        return Gathered.of(counts)
                .thenApply(all -> all.stream().mapToLong(Long::longValue).sum());
    }

    private Reply all(RemotingCommand request, Connection from) {
        TopicKind kind = request.ext().requiredBoolean("isOrder") ? TopicKind.ORDERED : TopicKind.ANY;
        List<String> groups =
                List.copyOf(new TreeSet<>(rooms.groups().configs().all().keySet()));
        List<CompletableFuture<Read>> reads = new ArrayList<>();
        for (String group : groups) {
            for (String topic : offsets.topicsOf(group)) {
                if (isOf(kind, topic)) {
                    reads.add(read(group, topic));
                }
            }
        }
        return LaterReply.to(
                request, from, Gathered.of(reads).thenApply(all -> Reply.Now.ok(Json.encode(list(groups, all)))));
    }

    private ConsumeStatsListBody list(List<String> groups, List<Read> reads) {
        Map<String, List<ConsumeStatsBody>> byGroup = new LinkedHashMap<>();
        groups.forEach(group -> byGroup.put(group, new ArrayList<>()));
        long behind = 0;
        for (Read read : reads) {
            List<ConsumeStatsBody> ofGroup = byGroup.get(read.group);
            if (ofGroup != null && !read.queues.isEmpty()) {
                ofGroup.add(stats(read.group, read.queues));
                behind += read.behind;
            }
        }
        List<Map<String, List<ConsumeStatsBody>>> list = new ArrayList<>();
        byGroup.forEach((group, stats) -> list.add(Map.of(group, stats)));
        return new ConsumeStatsListBody(list, rooms.self().address(), behind, 0);
    }

    private enum TopicKind {
        ANY,
        ORDERED
    }

    private boolean isOf(TopicKind kind, String name) {
        Topic topic = rooms.topics().find(name);
        return topic != null && (kind == TopicKind.ANY || topic.order());
    }

    /** With what the group was given per second of these topics in the last minute. */
    private ConsumeStatsBody stats(String group, Map<MessageQueue, QueueProgress> queues) {
        long sum = queues.keySet().stream()
                .map(MessageQueue::topic)
                .distinct()
                .mapToLong(topic -> Math.max(0, traffic.counted(group, topic, GroupTraffic.Measure.MESSAGES, MINUTE)))
                .sum();
        return new ConsumeStatsBody((double) sum / MINUTE.toSeconds(), queues);
    }
}
