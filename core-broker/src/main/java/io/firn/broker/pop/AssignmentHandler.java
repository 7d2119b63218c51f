package io.firn.broker.pop;

import io.firn.broker.group.ConsumerGroup;
import io.firn.broker.server.CallException;
import io.firn.broker.server.Connection;
import io.firn.broker.server.LaterReply;
import io.firn.broker.server.RemotingClient;
import io.firn.broker.server.Reply;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.topic.ConfigHome;
import io.firn.broker.topic.Topic;
import io.firn.broker.topic.TopicName;
import io.firn.broker.wire.ExtKey;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import io.firn.broker.wire.body.AssignmentBody;
import io.firn.broker.wire.body.AssignmentBody.QueueAssignment;
import io.firn.broker.wire.body.MessageModel;
import io.firn.broker.wire.body.MessageQueue;
import io.firn.broker.wire.body.QueryAssignmentBody;
import io.firn.broker.wire.body.QueueRoute;
import io.firn.broker.wire.body.RequestModeBody;
import io.firn.broker.wire.body.TopicRouteBody;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * QUERY_ASSIGNMENT (400): which queues of a topic a push consumer gets messages from, and whether it pulls or pops them;
 * queues on other brokers too, as the name server knows them. SET_MESSAGE_REQUEST_MODE (401) decides the latter. On io
 * threads; nothing is remembered of who asked.
 */
public final class AssignmentHandler {

    private static final Logger LOG = LoggerFactory.getLogger(AssignmentHandler.class);

    private static final ExtKey TOPIC = ExtKey.of("topic");
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final int MOST_SHARED = 65_536;

    private final Pops.Control control;
    private final Routes routes;
    private final RequestModes modes;

    /**
     * Who knows where queues are.
     *
     * @param nameServers {@code host:port} each; the first that answers is believed
     */
    public record Routes(String brokerName, RemotingClient client, List<String> nameServers) {}

    private AssignmentHandler(Pops.Control control, Routes routes, RequestModes modes) {
        this.control = control;
        this.routes = routes;
        this.modes = modes;
    }

    /**
     * Reads the modes that were set. Blocks on the disk.
     *
     * @throws io.firn.broker.runtime.StorageException naming the file when it is broken
     */
    public static AssignmentHandler open(PopConfig config, Pops.Control control, Routes routes, ConfigHome home) {
        return new AssignmentHandler(control, routes, RequestModes.open(config, home));
    }

    /** Adds this handler's codes to the request table. */
    public void addTo(RequestRouter.Builder router) {
        router.route(RequestCode.QUERY_ASSIGNMENT, this::assignment)
                .route(RequestCode.SET_MESSAGE_REQUEST_MODE, this::changeMode);
    }

    private Reply changeMode(RemotingCommand request, Connection from) {
        RequestModeBody wish = Json.decode(request.bodyBytes(), RequestModeBody.class);
        if (TopicName.isRetry(wish.topic())) {
            throw new RequestException(ResponseCode.NO_PERMISSION, "retry topic is not allowed to set mode");
        }
        if (!wish.mode().equals(RequestMode.PULL.name()) && !wish.mode().equals(RequestMode.POP.name())) {
            throw new RequestException(
                    ResponseCode.INVALID_PARAMETER, "mode is '" + wish.mode() + "', not PULL or POP");
        }
        if (wish.popShareQueueNum() < -1 || wish.popShareQueueNum() > MOST_SHARED) {
            throw new RequestException(
                    ResponseCode.INVALID_PARAMETER,
                    "popShareQueueNum is " + wish.popShareQueueNum() + ", not -1.." + MOST_SHARED);
        }
        Topic topic = control.topics().required(wish.topic());
        if (control.groups().configs().find(wish.consumerGroup()) == null) {
            throw new RequestException(
                    ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST,
                    "subscription group [" + wish.consumerGroup() + "] does not exist");
        }
        LOG.info("group {} gets messages of {} by {} now", wish.consumerGroup(), topic.name(), wish.mode());
        return LaterReply.to(request, from, modes.set(wish).thenApply(done -> Reply.Now.ok()));
    }

    private Reply assignment(RemotingCommand request, Connection from) {
        QueryAssignmentBody asked = Json.decode(request.bodyBytes(), QueryAssignmentBody.class);
        return LaterReply.to(request, from, queues(asked.topic()).thenApply(queues -> {
            AssignmentBody answer = new AssignmentBody(queues.isEmpty() ? null : assigned(asked, queues));
            return Reply.Now.ok(Json.encode(answer));
        }));
    }

    private @Nullable List<QueueAssignment> assigned(QueryAssignmentBody asked, List<MessageQueue> queues) {
        RequestModeBody mode = mode(asked.topic(), asked.consumerGroup());
        List<MessageQueue> mine =
                asked.messageModel() == MessageModel.BROADCASTING ? queues : mine(asked, queues, mode);
        return mine == null
                ? null
                : mine.stream()
                        .map(queue -> new QueueAssignment(queue, mode.mode()))
                        .toList();
    }

    private @Nullable List<MessageQueue> mine(
            QueryAssignmentBody asked, List<MessageQueue> queues, RequestModeBody mode) {
        ConsumerGroup group = control.groups().members().consumers(asked.consumerGroup());
        if (group == null) {
            return null;
        }
        List<String> members = group.clientIds().stream().sorted().toList();
        return mode.mode().equals(RequestMode.POP.name())
                ? Shares.popped(asked.strategyName(), asked.clientId(), queues, members, mode.popShareQueueNum())
                : Shares.pulled(asked.strategyName(), asked.clientId(), queues, members);
    }

    private RequestModeBody mode(String topic, String group) {
        RequestModeBody known = modes.find(topic, group);
        if (known != null) {
            return known;
        }
        return TopicName.isRetry(topic)
                ? new RequestModeBody(topic, group, RequestMode.PULL.name(), 0)
                : modes.byDefault(topic, group);
    }

    /** Readable queues of a topic on all brokers, sorted. When no name server answers, those of this broker. */
    private CompletableFuture<List<MessageQueue>> queues(String topic) {
        return ask(topic, 0);
    }

    private CompletableFuture<List<MessageQueue>> ask(String topic, int server) {
        if (server == routes.nameServers.size()) {
            return CompletableFuture.completedFuture(own(topic));
        }
        return routes.client
                .call(
                        routes.nameServers.get(server),
                        RequestCode.GET_ROUTEINFO_BY_TOPIC,
                        out -> out.put(TOPIC, topic),
                        new byte[0],
                        PATIENCE)
                .thenApply(answer -> queuesIn(topic, answer))
                .exceptionallyCompose(failure -> {
                    if (!(failure instanceof CallException) && !(failure.getCause() instanceof CallException)) {
                        return CompletableFuture.failedFuture(failure);
                    }
                    LOG.debug("a name server does not say where topic {} is", topic, failure);
                    return ask(topic, server + 1);
                });
    }

    private static List<MessageQueue> queuesIn(String topic, RemotingCommand answer) {
        if (answer.code() == ResponseCode.TOPIC_NOT_EXIST) {
            return List.of();
        }
        if (answer.code() != ResponseCode.SUCCESS) {
            throw new RequestException(
                    ResponseCode.SYSTEM_ERROR,
                    "the name server does not say where topic " + topic + " is: " + answer.code() + ' '
                            + answer.remark());
        }
        List<MessageQueue> queues = new ArrayList<>();
        for (QueueRoute route :
                Json.decode(answer.bodyBytes(), TopicRouteBody.class).queueDatas()) {
            for (int id = 0; (route.perm() & Topic.READ) != 0 && id < route.readQueueNums(); id++) {
                queues.add(new MessageQueue(topic, route.brokerName(), id));
            }
        }
        queues.sort(null);
        return queues;
    }

    private List<MessageQueue> own(String name) {
        Topic topic = control.topics().find(name);
        List<MessageQueue> queues = new ArrayList<>();
        for (int id = 0; topic != null && topic.readable() && id < topic.readQueues(); id++) {
            queues.add(new MessageQueue(name, routes.brokerName, id));
        }
        return queues;
    }
}
