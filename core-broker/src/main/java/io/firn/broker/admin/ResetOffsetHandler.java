package io.firn.broker.admin;

import io.firn.broker.queue.QueueLog;
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
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Executor;

/**
 * Moves a group in a topic to a time, or in one queue to an offset: code 222. The broker's own table is changed;
 * connected consumers learn of it by their next pull. As in RocketMQ 5.5 the field {@code isForce} changes nothing.
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
        table.route(RequestCode.INVOKE_BROKER_TO_RESET_OFFSET, pool, (request, from) -> reset(request));
    }

    private Reply reset(RemotingCommand request) {
        ExtFields ext = request.ext();
        String group = ext.required("group");
        String topicName = ext.required("topic");
        long timeMs = ext.requiredLong("timestamp");
        int queueId = ext.intOr("queueId", ALL_QUEUES);
        Topic topic = rooms.topics().required(topicName);
        if (rooms.groups().configs().find(group) == null) {
            throw new RequestException(ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, "Group " + group + " does not exist");
        }
        Map<Integer, Long> targets = new TreeMap<>();
        if (queueId == ALL_QUEUES) {
            for (int id = 0; id < topic.readQueues(); id++) {
                targets.put(id, offsetAt(topicName, id, timeMs));
            }
        } else {
            checkQueue(topic, queueId);
            long offset = ext.longOr("offset", NO_OFFSET);
            targets.put(
                    queueId,
                    offset == NO_OFFSET ? offsetAt(topicName, queueId, timeMs) : inRange(topicName, queueId, offset));
        }
        return Reply.Now.ok(Json.encode(new ResetOffsetBody(move(group, topicName, targets))));
    }

    private Map<MessageQueue, Long> move(String group, String topic, Map<Integer, Long> targets) {
        Map<MessageQueue, Long> moved = new TreeMap<>();
        targets.forEach((id, offset) -> {
            rooms.groups().offsets().reset(group, topic, id, offset);
            moved.put(new MessageQueue(topic, rooms.self().brokerName(), id), offset);
        });
        return moved;
    }

    /** The first message stored at or after the time; a negative time means the end. */
    private long offsetAt(String topic, int queueId, long timeMs) {
        return timeMs < 0
                ? reader.maxOffset(topic, queueId)
                : reader.offsetByTime(topic, queueId, timeMs, QueueLog.Boundary.LOWER);
    }

    private long inRange(String topic, int queueId, long offset) {
        long min = reader.minOffset(topic, queueId);
        long max = reader.maxOffset(topic, queueId);
        if (offset < min || offset > max) {
            throw new RequestException(
                    ResponseCode.SYSTEM_ERROR,
                    "Target offset " + offset + " not in consume queue range [" + min + "-" + max + "]");
        }
        return offset;
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
