package io.firn.broker.pop;

import io.firn.broker.filter.Filters;
import io.firn.broker.group.GroupConfig;
import io.firn.broker.group.GroupConfigs;
import io.firn.broker.record.RecordFilter;
import io.firn.broker.server.Connection;
import io.firn.broker.server.Reply;
import io.firn.broker.server.RequestHandler;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.server.Responder;
import io.firn.broker.topic.Topic;
import io.firn.broker.wire.ExtFields;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * POP_MESSAGE (200050): checks a pop, in RocketMQ's order, and sends it on its {@link PopRound}. On io threads.
 */
final class PopHandler implements RequestHandler {

    private static final int MOST_MESSAGES = 32;
    private static final int MOST_FILTERS = 1_024;
    /** Filters of longer expressions are made anew each time. */
    private static final int LONGEST_KEPT = 1_024;

    private static final int START_AT_MAX = 1;
    /** A request that is later than this is not served. */
    private static final long LATE_MS = 500;

    private final PopChecks checks;
    private final GroupConfigs groups;
    private final Filters expressions;
    private final PopMeans means;
    private final Map<String, RecordFilter> filters = new ConcurrentHashMap<>();

    PopHandler(PopChecks checks, Pops.Control control, PopMeans means) {
        this.checks = checks;
        this.groups = control.groups().configs();
        this.expressions = control.filters();
        this.means = means;
    }

    void addTo(RequestRouter.Builder router) {
        router.route(RequestCode.POP_MESSAGE, this).notOnSecondPort(RequestCode.POP_MESSAGE);
    }

    @Override
    public Reply handle(RemotingCommand command, Connection from) {
        ExtFields ext = command.ext();
        long lateMs = checks.lateMs(ext);
        if (lateMs > LATE_MS) {
            return PopReply.without(
                    ResponseCode.POLLING_TIMEOUT, "the pop is " + lateMs + " ms too late: its waiting time is over");
        }
        if (ext.requiredInt("maxMsgNums") > MOST_MESSAGES) {
            throw PopChecks.invalid("maxMsgNums is " + ext.requiredInt("maxMsgNums") + ", at most " + MOST_MESSAGES);
        }
        Topic topic = checks.topic(ext);
        String name = ext.required("consumerGroup");
        GroupConfig group = groups.find(name);
        if (group == null) {
            return createGroupThenPop(name, command, from);
        }
        checks.consuming(group, ext);
        if (ext.booleanOr("order", false)) {
            throw new RequestException(ResponseCode.REQUEST_CODE_NOT_SUPPORTED, "popping in order is not there yet");
        }
        if (means.isFull()) {
            return PopReply.without(
                    ResponseCode.POLLING_FULL, "too many popped messages are not acknowledged (popCkMaxBufferSize)");
        }
        PopRequest request = request(ext, topic, name, checks.waitMs(ext));
        new PopRound(request, from.responder(command), means).run();
        return Reply.LATER;
    }

    private PopRequest request(ExtFields ext, Topic topic, String group, long waitMs) {
        long invisibleMs = ext.requiredLong("invisibleTime");
        if (invisibleMs < 0 || invisibleMs > PopChecks.MOST_MS) {
            throw PopChecks.invalid("invisibleTime is " + invisibleMs + " ms, not 0.." + PopChecks.MOST_MS);
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
        RecordFilter fresh = expressions.compile(type, expression);
        if (key.length() > LONGEST_KEPT) {
            return fresh;
        }
        if (filters.size() >= MOST_FILTERS) {
            filters.clear();
        }
        filters.put(key, fresh);
        return fresh;
    }

    private Reply createGroupThenPop(String group, RemotingCommand command, Connection from) {
        RemotingCommand own = command.detach();
        Responder responder = from.responder(command);
        var _ = groups.ensure(group).whenComplete((created, failure) -> {
            if (failure != null) {
                responder.fail(failure);
            } else {
                responder.handleAgain(this, own);
            }
        });
        return Reply.LATER;
    }
}
