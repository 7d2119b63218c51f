package io.firn.broker.consume;

import io.firn.broker.group.GroupCoordinator;
import io.firn.broker.group.Offsets;
import io.firn.broker.queue.OffsetRange;
import io.firn.broker.queue.QueueLog;
import io.firn.broker.runtime.ReadablePosition;
import io.firn.broker.server.Connection;
import io.firn.broker.server.LaterReply;
import io.firn.broker.server.Reply;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.topic.Topic;
import io.firn.broker.topic.TopicRegistry;
import io.firn.broker.wire.ExtFields;
import io.firn.broker.wire.ExtKey;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;

/** Where a group goes on reading: codes 14 and 15. Runs on io threads. */
public final class OffsetHandler {

    private static final ExtKey OFFSET = ExtKey.of("offset");

    private final TopicRegistry topics;
    private final GroupCoordinator groups;
    private final QueueLog queues;
    private final ReadablePosition appended;
    private final long hotBytes;

    /** Answers from these. */
    public OffsetHandler(PullHandler.Control control, QueueLog queues, ReadablePosition appended, PullConfig config) {
        this.topics = control.topics();
        this.groups = control.groups();
        this.queues = queues;
        this.appended = appended;
        this.hotBytes = config.hotBytes().toBytes();
    }

    /** Adds this handler's codes to the request table. */
    public void addTo(RequestRouter.Builder table) {
        table.route(RequestCode.QUERY_CONSUMER_OFFSET, this::query)
                .route(RequestCode.UPDATE_CONSUMER_OFFSET, (request, from) -> update(request));
    }

    private Reply query(RemotingCommand request, Connection from) {
        ExtFields ext = request.ext();
        String group = ext.required("consumerGroup");
        String topic = ext.required("topic");
        int queueId = ext.requiredInt("queueId");
        long stored = groups.offsets().query(group, topic, queueId);
        if (stored != Offsets.NONE) {
            return offset(stored);
        }
        if (!ext.booleanOr("setZeroIfNotFound", true)) {
            throw new RequestException(
                    ResponseCode.QUERY_NOT_FOUND, "the group [" + group + "] has no offset in [" + topic + "] yet");
        }
        return LaterReply.to(
                request, from, queues.range(topic, queueId).thenApply(range -> first(topic, queueId, range)));
    }

    private Reply.Now first(String topic, int queueId, OffsetRange range) {
        return range.min() == 0 && startsAtZero(topic, queueId)
                ? offset(0)
                : Reply.Now.of(
                        ResponseCode.QUERY_NOT_FOUND,
                        "Not found, V3_0_6_SNAPSHOT maybe this group consumer boot first");
    }

    /**
     * A new group starts at 0 when the queue's first message is still there and recent, whatever the client would
     * choose: so says RocketMQ's protocol, and tests of applications rely on it.
     */
    private boolean startsAtZero(String topic, int queueId) {
        long first = queues.positionOf(topic, queueId, 0);
        return first >= 0 && appended.get() - first <= hotBytes;
    }

    private Reply update(RemotingCommand request) {
        ExtFields ext = request.ext();
        String group = ext.required("consumerGroup");
        if (groups.configs().find(group) == null) {
            throw new RequestException(
                    ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, "the group [" + group + "] does not exist");
        }
        Topic topic = topics.required(ext.required("topic"));
        int queueId = ext.requiredInt("queueId");
        if (queueId < 0 || queueId >= topic.readQueues()) {
            throw new RequestException(
                    ResponseCode.INVALID_PARAMETER,
                    "queueId " + queueId + " is not below the " + topic.readQueues() + " readable queues of topic ["
                            + topic.name() + "]");
        }
        groups.offsets().commit(group, topic.name(), queueId, ext.requiredLong("commitOffset"));
        return Reply.Now.ok();
    }

    private static Reply.Now offset(long value) {
        return Reply.Now.ok(out -> out.put(OFFSET, value));
    }
}
