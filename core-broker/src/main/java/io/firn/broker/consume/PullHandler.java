package io.firn.broker.consume;

import io.firn.broker.filter.Filters;
import io.firn.broker.group.ConsumerGroup;
import io.firn.broker.group.GroupConfig;
import io.firn.broker.group.GroupCoordinator;
import io.firn.broker.group.Offsets;
import io.firn.broker.group.Subscription;
import io.firn.broker.queue.LongPolls;
import io.firn.broker.queue.QueueLog;
import io.firn.broker.queue.ReadRequest;
import io.firn.broker.record.RecordFilter;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.ReadablePosition;
import io.firn.broker.runtime.Utf8Cache;
import io.firn.broker.server.Connection;
import io.firn.broker.server.Patience;
import io.firn.broker.server.Reply;
import io.firn.broker.server.RequestHandler;
import io.firn.broker.server.Responder;
import io.firn.broker.topic.Topic;
import io.firn.broker.topic.TopicRegistry;
import io.firn.broker.wire.PullHeader;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/**
 * PULL_MESSAGE (11) and LITE_PULL_MESSAGE (361): checks a pull, commits the offset it carries and hands it to
 * {@link PullReads}. Checks are in RocketMQ's order: the first that fails answers. Runs on io threads.
 */
public final class PullHandler implements RequestHandler {

    private static final int NAMES_REMEMBERED = 4096;

    /** Replaced by {@link #adopt}. */
    private volatile PullConfig config;

    private final TopicRegistry topics;
    private final GroupCoordinator groups;
    private final PullReads reads;
    private final PullMetrics metrics;
    private final ExpressionCache expressions;
    private final ThreadLocal<Workplace> workplaces = ThreadLocal.withInitial(Workplace::new);

    private PullHandler(PullConfig config, Control control, PullReads reads, PullMetrics metrics) {
        this.config = config;
        this.topics = control.topics;
        this.groups = control.groups;
        this.reads = reads;
        this.metrics = metrics;
        this.expressions = new ExpressionCache(control.filters);
    }

    /**
     * Where messages come from.
     *
     * @param queues one queue read as one line
     * @param polls where pulls wait at the end of a queue
     * @param readers threads for data that may not be in memory
     * @param patience for how long a pull may wait for such a thread
     * @param appended end of the log
     */
    public record Stores(
            QueueLog queues, LongPolls polls, Executor readers, Patience patience, ReadablePosition appended) {}

    /** A handler that is ready for requests. */
    public static PullHandler open(PullConfig config, Stores stores, Control control, Clock clock, Metrics metrics) {
        PullMetrics counts = new PullMetrics(metrics);
        PullReads reads = new PullReads(
                stores,
                config,
                clock,
                counts,
                control.groups,
                (responder, work) -> stores.patience.give(stores.readers, RequestCode.PULL_MESSAGE, responder, work));
        control.groups.offsets().onReset((group, topic, queueId) -> stores.polls.moved(topic, queueId));
        return new PullHandler(config, control, reads, counts);
    }

    /** Goes by these limits from now on, as far as {@link PullConfig#LIVE} names them. Any thread. */
    public void adopt(PullConfig changed) {
        config = changed;
    }

    /** How many messages were given to consumers. */
    public long messages() {
        return metrics.messages.sum();
    }

    /** How many pulls were answered with messages. */
    public long found() {
        return metrics.found.sum();
    }

    /** How many pulls were answered without. */
    public long missed() {
        return metrics.missed.sum();
    }

    /** Nobody waits at this connection any more. */
    public void connectionClosed(Connection connection) {
        reads.connectionClosed(connection);
    }

    /**
     * What pulls are checked against.
     *
     * @param topics by name
     * @param groups settings, members and offsets
     * @param filters what expressions mean
     */
    public record Control(TopicRegistry topics, GroupCoordinator groups, Filters filters) {}

    @Override
    public Reply handle(RemotingCommand command, Connection connection) {
        Workplace workplace = workplaces.get();
        PullHeader header = workplace.header;
        header.parse(command, workplace.names);
        GroupConfig group = groups.configs().find(header.consumerGroup());
        if (group == null) {
            return createGroupThenPull(header.consumerGroup(), command, connection);
        }
        if (!group.consumes()) {
            throw refused("consuming is switched off for the group [" + group.name() + "]");
        }
        Topic topic = topics.required(header.topic());
        checkQueue(header, topic);
        RecordFilter filter = header.hasSubscription() ? ownFilter(header) : filterOfGroup(header, group);
        if (header.commitsOffset()) {
            groups.offsets().commit(group.name(), topic.name(), header.queueId(), header.commitOffset());
        }
        PullRequest request = request(header, topic, group, filter);
        long reset = groups.offsets().takeReset(group.name(), topic.name(), header.queueId());
        return reset == Offsets.NONE ? reads.serve(request, command, connection) : PullReply.moved(request, reset);
    }

    private PullRequest request(PullHeader header, Topic topic, GroupConfig group, RecordFilter filter) {
        PullConfig limits = config;
        int messages = Math.clamp(header.maxMsgNums(), 1, limits.maxMessages());
        int bytes = header.maxMsgBytes() > 0
                ? (int) Math.min(header.maxMsgBytes(), limits.maxBytes().toBytes())
                : limits.defaultBytes().toIntBytes();
        ReadRequest read =
                new ReadRequest(topic.name(), header.queueId(), header.queueOffset(), messages, bytes, filter);
        return new PullRequest(
                read,
                group.name(),
                topic.sysFlag(),
                group.body().groupSysFlag(),
                group.body().brokerId(),
                suspend(header, limits));
    }

    private static Duration suspend(PullHeader header, PullConfig limits) {
        if (!header.maySuspend() || header.suspendTimeoutMillis() <= 0) {
            return Duration.ZERO;
        }
        if (limits.polling() == PullConfig.Polling.SHORT) {
            return limits.shortPoll();
        }
        long longest = limits.maxSuspend().toMillis();
        return Duration.ofMillis(Math.min(header.suspendTimeoutMillis(), longest));
    }

    private static void checkQueue(PullHeader header, Topic topic) {
        if (!topic.readable()) {
            throw refused("the topic [" + topic.name() + "] is not readable");
        }
        int queueId = header.queueId();
        if (queueId < 0 || queueId >= topic.readQueues()) {
            throw new RequestException(
                    ResponseCode.INVALID_PARAMETER,
                    "queueId " + queueId + " is not below the " + topic.readQueues() + " readable queues of topic ["
                            + topic.name() + "]");
        }
    }

    private RecordFilter ownFilter(PullHeader header) {
        return expressions.filter(header.expressionType(), header.subscription());
    }

    /** A push consumer does not repeat its subscription in pulls: it is the one of the group's last heartbeat. */
    private RecordFilter filterOfGroup(PullHeader header, GroupConfig config) {
        ConsumerGroup group = groups.members().consumers(config.name());
        if (group == null) {
            throw new RequestException(
                    ResponseCode.SUBSCRIPTION_NOT_EXIST,
                    "the consumer's group info not exist: no heartbeat of [" + config.name() + "] yet");
        }
        if (group.mode().broadcasting() && !config.broadcasts()) {
            throw refused("broadcasting is switched off for the group [" + config.name() + "]");
        }
        if (!config.mayRead(header.topic())) {
            throw refused("the group [" + config.name() + "] may not read the topic [" + header.topic() + "]");
        }
        Subscription subscription = group.subscription(header.topic());
        if (subscription == null) {
            throw new RequestException(
                    ResponseCode.SUBSCRIPTION_NOT_EXIST,
                    "the group [" + config.name() + "] does not subscribe to [" + header.topic() + "]");
        }
        if (subscription.version() < header.subVersion()) {
            throw new RequestException(
                    ResponseCode.SUBSCRIPTION_NOT_LATEST,
                    "the subscription of [" + config.name() + "] to [" + header.topic() + "] is not the latest yet");
        }
        return subscription.filter();
    }

    private Reply createGroupThenPull(String group, RemotingCommand command, Connection connection) {
        CompletableFuture<GroupConfig> ensured = groups.configs().ensure(group);
        RemotingCommand own = command.detach();
        Responder responder = connection.responder(command);
        ensured.whenComplete((created, failure) -> {
            if (failure != null) {
                responder.fail(failure);
            } else {
                responder.handleAgain(this, own);
            }
        });
        return Reply.LATER;
    }

    private static RequestException refused(String reason) {
        return new RequestException(ResponseCode.NO_PERMISSION, reason);
    }

    /** What one io thread needs to check pulls without allocating. */
    private static final class Workplace {
        final Utf8Cache names = new Utf8Cache(NAMES_REMEMBERED);
        final PullHeader header = new PullHeader();
    }
}
