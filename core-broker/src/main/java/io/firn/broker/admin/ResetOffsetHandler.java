package io.firn.broker.admin;

import io.firn.broker.group.ConsumerGroup;
import io.firn.broker.group.GroupsConfig.Resets;
import io.firn.broker.group.Offsets;
import io.firn.broker.queue.Boundary;
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
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import io.firn.broker.wire.body.MessageQueue;
import io.firn.broker.wire.body.ResetOffsetBody;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Moves a group in a topic to a time, or in one queue to an offset: code 222. The broker's own table is changed, and
 * connected consumers learn of it by their next pull; as in RocketMQ 5.5 the field {@code isForce} changes nothing then.
 * Consumers that keep their offsets themselves, and those of all groups with {@link Resets#MEMBERS}, are told to move;
 * without {@code isForce} none of them goes forward.
 */
final class ResetOffsetHandler {

    private static final int ALL_QUEUES = -1;
    private static final long NO_OFFSET = -1;

    private final BrokerRooms rooms;
    private final QueueLog reader;

    ResetOffsetHandler(BrokerRooms rooms) {
        this.rooms = rooms;
        this.reader = rooms.stored().reader();
    }

    void addTo(RequestRouter.Builder table, Executor pool) {
        table.route(RequestCode.INVOKE_BROKER_TO_RESET_OFFSET, pool, this::reset);
    }

    private Reply reset(RemotingCommand request, Connection from) {
        ExtFields ext = request.ext();
        String group = ext.required("group");
        String topicName = ext.required("topic");
        long timeMs = ext.requiredLong("timestamp");
        int queueId = ext.intOr("queueId", ALL_QUEUES);
        Topic topic = rooms.topics().required(topicName);
        if (rooms.groups().configs().find(group) == null) {
            throw new RequestException(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, "Group " + group + " does not exist");
        }
        List<CompletableFuture<Target>> targets = new ArrayList<>();
        if (queueId == ALL_QUEUES) {
            for (int id = 0; id < topic.readQueues(); id++) {
                targets.add(offsetAt(topicName, id, timeMs));
            }
        } else {
            checkQueue(topic, queueId);
            long offset = ext.longOr("offset", NO_OFFSET);
            targets.add(
                    offset == NO_OFFSET ? offsetAt(topicName, queueId, timeMs) : inRange(topicName, queueId, offset));
        }
        ConsumerGroup connected = rooms.groups().members().consumers(group);
        boolean byMembers = rooms.groups().resets() == Resets.MEMBERS
                || (connected != null && connected.mode().broadcasting());
        ResetNotices.Wish wish = new ResetNotices.Wish(group, topicName, timeMs, ext.booleanOr("isForce", false));
        return LaterReply.to(request, from, Gathered.of(targets).thenApply(all -> {
            var moved = byMembers ? tell(wish, connected, all) : move(group, topicName, all);
            return Reply.Now.ok(Json.encode(new ResetOffsetBody(moved)));
        }));
    }

    private Map<MessageQueue, Long> tell(
            ResetNotices.Wish wish, @Nullable ConsumerGroup connected, List<Target> targets) {
        Map<MessageQueue, Long> wished = new TreeMap<>();
        for (Target target : targets) {
            long stored = rooms.groups().offsets().query(wish.group(), wish.topic(), target.queueId);
            boolean goesThere = wish.force() || stored == Offsets.NONE || target.offset < stored;
            wished.put(queue(wish.topic(), target.queueId), goesThere ? target.offset : stored);
        }
        ResetNotices.send(wish, connected, wished);
        return wished;
    }

    private MessageQueue queue(String topic, int queueId) {
        return new MessageQueue(topic, rooms.self().brokerName(), queueId);
    }

    /** Where one queue is moved to. */
    private record Target(int queueId, long offset) {}

    private Map<MessageQueue, Long> move(String group, String topic, List<Target> targets) {
        Map<MessageQueue, Long> moved = new TreeMap<>();
        targets.forEach(target -> {
            rooms.groups().offsets().reset(group, topic, target.queueId, target.offset);
            moved.put(queue(topic, target.queueId), target.offset);
        });
        return moved;
    }

    /** The first message stored at or after the time; a negative time means the end. */
    private CompletableFuture<Target> offsetAt(String topic, int queueId, long timeMs) {
        CompletableFuture<Long> offset = timeMs < 0
                ? reader.range(topic, queueId).thenApply(OffsetRange::max)
                : reader.offsetByTime(topic, queueId, timeMs, Boundary.LOWER);
        return offset.thenApply(at -> new Target(queueId, at));
    }

    private CompletableFuture<Target> inRange(String topic, int queueId, long offset) {
        return reader.range(topic, queueId).thenApply(range -> {
            if (offset < range.min() || offset > range.max()) {
                throw new RequestException(
                        ResponseCode.SYSTEM_ERROR,
                        "Target offset " + offset + " not in consume queue range [" + range.min() + "-" + range.max()
                                + "]");
            }
            return new Target(queueId, offset);
        });
    }

    private static void checkQueue(Topic topic, int queueId) {
        if (queueId < 0 || queueId >= topic.readQueues()) {
            throw new RequestException(
                    ResponseCode.INVALID_PARAMETER,
                    "queueId " + queueId + " is not below the " + topic.readQueues() + " readable queues of topic "
                            + topic.name());
        }
    }
}
