package io.firn.broker.admin;

import io.firn.broker.group.Offsets;
import io.firn.broker.queue.QueueLog;
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
        table.route(RequestCode.GET_TOPIC_STATS_INFO, pool, (request, from) -> stats(request))
                .route(RequestCode.QUERY_CONSUME_TIME_SPAN, pool, (request, from) -> timeSpans(request));
    }

    private Reply stats(RemotingCommand request) {
        Topic topic = rooms.topics().required(request.ext().required("topic"));
        long sinceMs = rooms.clock().millis() - RATE_WINDOW.toMillis();
        Map<MessageQueue, QueueStats> queues = new TreeMap<>();
        long recent = 0;
        for (int id = 0; id < topic.queues(); id++) {
            long max = reader.maxOffset(topic.name(), id);
            long min = Math.min(max, reader.minOffset(topic.name(), id));
            long last = times.timeOr(topic.name(), id, max - 1, 0);
            queues.put(queue(topic, id), new QueueStats(min, max, last));
            recent += last < sinceMs ? 0 : times.storedSince(topic.name(), id, sinceMs);
        }
        double perSecond = (double) recent / RATE_WINDOW.toSeconds();
        return Reply.Now.ok(Json.encode(new TopicStatsBody(perSecond, queues)));
    }

    private Reply timeSpans(RemotingCommand request) {
        ExtFields ext = request.ext();
        String group = ext.required("group");
        Topic topic = rooms.topics().required(ext.required("topic"));
        List<QueueTimeSpan> spans = new ArrayList<>();
        for (int id = 0; id < topic.writeQueues(); id++) {
            spans.add(timeSpan(group, topic, id));
        }
        return Reply.Now.ok(Json.encode(new ConsumeTimeSpanBody(spans)));
    }

    private QueueTimeSpan timeSpan(String group, Topic topic, int id) {
        String name = topic.name();
        long max = reader.maxOffset(name, id);
        long first = times.timeOr(name, id, reader.minOffset(name, id), 0);
        long committed = rooms.groups().offsets().query(group, name, id);
        long next = committed == Offsets.NONE ? reader.minOffset(name, id) : committed;
        long consumed = times.timeOr(name, id, next - 1, first);
        long waiting = next < max ? times.timeOr(name, id, next, 0) : 0;
        long delay = waiting == 0 ? 0 : Math.max(0, rooms.clock().millis() - waiting);
        return new QueueTimeSpan(queue(topic, id), first, times.timeOr(name, id, max - 1, 0), consumed, delay);
    }

    private MessageQueue queue(Topic topic, int id) {
        return new MessageQueue(topic.name(), rooms.self().brokerName(), id);
    }
}
