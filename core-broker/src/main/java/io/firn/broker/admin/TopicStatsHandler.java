package io.firn.broker.admin;

import io.firn.broker.group.Offsets;
import io.firn.broker.queue.OffsetRange;
import io.firn.broker.queue.QueueLog;
import io.firn.broker.server.Connection;
import io.firn.broker.server.LaterReply;
import io.firn.broker.server.Reply;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.topic.Topic;
import io.firn.broker.wire.ExtFields;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.body.ConsumeTimeSpanBody;
import io.firn.broker.wire.body.MessageQueue;
import io.firn.broker.wire.body.QueueStats;
import io.firn.broker.wire.body.QueueTimeSpan;
import io.firn.broker.wire.body.TopicStatsBody;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Shows how far the queues of a topic reach, and what times its readers are at: codes 202 and 303. */
final class TopicStatsHandler {

    private static final Duration RATE_WINDOW = Duration.ofMinutes(1);

    private final BrokerRooms rooms;
    private final QueueLog reader;
    private final QueueTimes times;

    TopicStatsHandler(BrokerRooms rooms) {
        this.rooms = rooms;
        this.reader = rooms.stored().reader();
        this.times = new QueueTimes(reader);
    }

    void addTo(RequestRouter.Builder table, Executor pool) {
        table.route(RequestCode.GET_TOPIC_STATS_INFO, pool, this::stats)
                .route(RequestCode.QUERY_CONSUME_TIME_SPAN, pool, this::timeSpans);
    }

    /** One queue's reach, and how many messages came lately. */
    private record Entry(MessageQueue queue, QueueStats stats, long recent) {}

    private Reply stats(RemotingCommand request, Connection from) {
        Topic topic = rooms.topics().required(request.ext().required("topic"));
        long sinceMs = rooms.clock().millis() - RATE_WINDOW.toMillis();
        List<CompletableFuture<Entry>> entries = new ArrayList<>();
        for (int id = 0; id < topic.queues(); id++) {
            entries.add(entry(topic, id, sinceMs));
        }
        return LaterReply.to(request, from, Gathered.of(entries).thenApply(TopicStatsHandler::stats));
    }

    private CompletableFuture<Entry> entry(Topic topic, int id, long sinceMs) {
        String name = topic.name();
        return reader.range(name, id)
                .thenCompose(range -> times.timeOr(name, id, range.max() - 1, 0)
                        .thenApply(last -> new Entry(
                                queue(topic, id),
                                new QueueStats(range.min(), range.max(), last),
                                last < sinceMs ? 0 : times.storedSince(name, id, sinceMs))));
    }

    private static Reply.Now stats(List<Entry> entries) {
        Map<MessageQueue, QueueStats> queues = new TreeMap<>();
        long recent = 0;
        for (Entry entry : entries) {
            queues.put(entry.queue, entry.stats);
            recent += entry.recent;
        }
        double perSecond = (double) recent / RATE_WINDOW.toSeconds();
        return Reply.Now.ok(Json.encode(new TopicStatsBody(perSecond, queues)));
    }

    private Reply timeSpans(RemotingCommand request, Connection from) {
        ExtFields ext = request.ext();
        String group = ext.required("group");
        Topic topic = rooms.topics().required(ext.required("topic"));
        List<CompletableFuture<QueueTimeSpan>> spans = new ArrayList<>();
        for (int id = 0; id < topic.writeQueues(); id++) {
            int queueId = id;
            spans.add(reader.range(topic.name(), id).thenCompose(range -> timeSpan(group, topic, queueId, range)));
        }
        return LaterReply.to(
                request,
                from,
                Gathered.of(spans).thenApply(all -> Reply.Now.ok(Json.encode(new ConsumeTimeSpanBody(all)))));
    }

    private CompletableFuture<QueueTimeSpan> timeSpan(String group, Topic topic, int id, OffsetRange range) {
        String name = topic.name();
        long committed = rooms.groups().offsets().query(group, name, id);
        long next = committed == Offsets.NONE ? range.min() : committed;
        return Gathered.of(List.of(
                        times.timeOr(name, id, range.min(), 0),
                        times.timeOr(name, id, range.max() - 1, 0),
                        times.timeOr(name, id, next - 1, -1),
                        next < range.max() ? times.timeOr(name, id, next, 0) : times.timeOr(name, id, -1, 0)))
                .thenApply(found -> span(queue(topic, id), found));
    }

    /** @param found store times of the first and last message, the last consumed one (-1: unknown), the next one */
    private QueueTimeSpan span(MessageQueue queue, List<Long> found) {
        long first = found.get(0);
        long waiting = found.get(3);
        long consumed = found.get(2) < 0 ? first : found.get(2);
        long delay = waiting == 0 ? 0 : Math.max(0, rooms.clock().millis() - waiting);
        return new QueueTimeSpan(queue, first, found.get(1), consumed, delay);
    }

    private MessageQueue queue(Topic topic, int id) {
        return new MessageQueue(topic.name(), rooms.self().brokerName(), id);
    }
}
