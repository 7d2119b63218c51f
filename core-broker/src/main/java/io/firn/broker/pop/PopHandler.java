package io.firn.broker.pop;

import io.firn.broker.filter.Filters;
import io.firn.broker.group.GroupConfig;
import io.firn.broker.record.RecordFilter;
import io.firn.broker.server.Connection;
import io.firn.broker.server.Reply;
import io.firn.broker.server.RequestHandler;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.server.Responder;
import io.firn.broker.topic.Topic;
import io.firn.broker.wire.ExtFields;
import io.firn.broker.wire.ExtKey;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * POP_MESSAGE (200050): checks a pop, in RocketMQ's order, and sends it on its {@link PopRound}. POLLING_INFO (200055)
 * tells how many wait. On io threads.
 */
final class PopHandler implements RequestHandler {

    private static final ExtKey NUMBER = ExtKey.of("pollingNum");
    private static final int MOST_MESSAGES = 32;
    private static final int MOST_FILTERS = 1_024;
    private static final int START_AT_MAX = 1;
    /** A request that is later than this is not served. */
    private static final long LATE_MS = 500;
    /** An answer without messages leaves this much before the client's time is up. */
    private static final long EARLY_MS = 50;
    /** The longest a message may be invisible, and a pop may wait. */
    private static final long MOST_MS = 365L * 24 * 3_600 * 1_000;

    private final Pops.Control control;
    private final PopMeans means;
    private final Map<String, RecordFilter> filters = new ConcurrentHashMap<>();

    PopHandler(Pops.Control control, PopMeans means) {
        this.control = control;
        this.means = means;
    }

    void addTo(RequestRouter.Builder router) {
        router.route(RequestCode.POP_MESSAGE, this)
                .route(RequestCode.POLLING_INFO, (request, from) -> waiting(request))
                .notOnSecondPort(RequestCode.POP_MESSAGE, RequestCode.POLLING_INFO);
    }

    @Override
    public Reply handle(RemotingCommand command, Connection from) {
        ExtFields ext = command.ext();
        long pollMs = Math.min(ext.requiredLong("pollTime"), MOST_MS);
        long leftMs = ext.requiredLong("bornTime") + pollMs - means.clock().millis();
        if (pollMs > 0 && leftMs < -LATE_MS) {
            return PopReply.without(
                    ResponseCode.POLLING_TIMEOUT, "the pop is " + -leftMs + " ms too late: its waiting time is over");
        }
        if (ext.requiredInt("maxMsgNums") > MOST_MESSAGES) {
            throw invalid("maxMsgNums is " + ext.requiredInt("maxMsgNums") + ", at most " + MOST_MESSAGES);
        }
        Topic topic = control.topics().required(ext.required("topic"));
        checkQueue(topic, ext.requiredInt("queueId"));
        String name = ext.required("consumerGroup");
        GroupConfig group = control.groups().configs().find(name);
        if (group == null) {
            return createGroupThenPop(name, command, from);
        }
        if (!group.consumes() || !group.mayRead(topic.name())) {
            throw refused("subscription group no permission, " + name);
        }
        if (ext.booleanOr("order", false)) {
            throw new RequestException(
                    ResponseCode.REQUEST_CODE_NOT_SUPPORTED, "popping in order is not there yet");
        }
        if (means.isFull()) {
            return PopReply.without(
                    ResponseCode.POLLING_FULL, "too many popped messages are not acknowledged (popCkMaxBufferSize)");
        }
        PopRequest request = request(ext, topic, name, Math.min(leftMs, pollMs) - EARLY_MS);
        new PopRound(request, from.responder(command), means).run();
        return Reply.LATER;
    }

    private PopRequest request(ExtFields ext, Topic topic, String group, long waitMs) {
        long invisibleMs = ext.requiredLong("invisibleTime");
        if (invisibleMs < 0 || invisibleMs > MOST_MS) {
            throw invalid("invisibleTime is " + invisibleMs + " ms, not 0.." + MOST_MS);
        }
        return new PopRequest(
                group,
                topic.name(),
                Math.max(PopRequest.ANY, ext.requiredInt("queueId")),
                topic.readQueues(),
                Math.max(1, ext.requiredInt("maxMsgNums")),
                invisibleMs,
                ext.requiredInt("initMode") == START_AT_MAX ? PopRequest.Start.MAX : PopRequest.Start.MIN,
                filter(ext),
                waitMs > 0 ? PopRequest.Waiting.YES : PopRequest.Waiting.NO,
                means.clock().nanos() + Math.max(0, waitMs) * 1_000_000);
    }

    private RecordFilter filter(ExtFields ext) {
        String expression = ext.get("exp");
        if (expression == null || expression.isEmpty()) {
            return RecordFilter.ALL;
        }
        String type = ext.get("expType");
        String key = type + ' ' + expression;
        RecordFilter known = filters.get(key);
        if (known != null) {
            return known;
        }
        RecordFilter fresh = Filters.compile(type, expression);
        if (filters.size() >= MOST_FILTERS) {
            filters.clear();
        }
        filters.put(key, fresh);
        return fresh;
    }

    private static void checkQueue(Topic topic, int queueId) {
        if (!topic.readable()) {
            throw refused("the topic [" + topic.name() + "] is not readable");
        }
        if (queueId >= topic.readQueues()) {
            throw invalid("queueId " + queueId + " is not below the " + topic.readQueues()
                    + " readable queues of topic [" + topic.name() + "]");
        }
    }

    private Reply createGroupThenPop(String group, RemotingCommand command, Connection from) {
        RemotingCommand own = command.detach();
        Responder responder = from.responder(command);
        var _ = control.groups().configs().ensure(group).whenComplete((created, failure) -> {
            if (failure != null) {
                responder.fail(failure);
            } else {
                responder.handleAgain(this, own);
            }
        });
        return Reply.LATER;
    }

    private Reply waiting(RemotingCommand command) {
        ExtFields ext = command.ext();
        Topic topic = control.topics().required(ext.required("topic"));
        checkQueue(topic, ext.requiredInt("queueId"));
        String group = ext.required("consumerGroup");
        if (control.groups().configs().find(group) == null) {
            throw new RequestException(
                    ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, "subscription group [" + group + "] does not exist");
        }
        long waiting = means.waiting(group, topic.name(), ext.requiredInt("queueId"));
        return Reply.Now.ok(out -> out.put(NUMBER, waiting));
    }

    private static RequestException invalid(String reason) {
        return new RequestException(ResponseCode.INVALID_PARAMETER, reason);
    }

    private static RequestException refused(String reason) {
        return new RequestException(ResponseCode.NO_PERMISSION, reason);
    }
}
