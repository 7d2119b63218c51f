package io.firn.broker.produce;

import io.firn.broker.group.Members;
import io.firn.broker.record.HostAddress;
import io.firn.broker.record.MessageId;
import io.firn.broker.runtime.BusyException;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.server.Connection;
import io.firn.broker.server.LaterReply;
import io.firn.broker.server.Reply;
import io.firn.broker.server.ReplyBody;
import io.firn.broker.server.RequestHandler;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.server.Responder;
import io.firn.broker.topic.Topic;
import io.firn.broker.topic.TopicRegistry;
import io.firn.broker.wire.ExtKey;
import io.firn.broker.wire.HeaderFields;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SEND_REPLY_MESSAGE (324), SEND_REPLY_MESSAGE_V2 (325): a consumer answers a request. The reply is handed to the client
 * that sent the request, and stored in its topic as well where that is wished. The replier's answer says whether the
 * requester took the reply; that it could not be stored is counted and logged, and changes nothing. Runs on the io thread
 * that read the reply; waits for nothing.
 */
public final class ReplyHandler implements RequestHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ReplyHandler.class);

    private static final ExtKey MESSAGE_ID = ExtKey.of("msgId");
    private static final ExtKey QUEUE_ID = ExtKey.of("queueId");
    private static final ExtKey QUEUE_OFFSET = ExtKey.of("queueOffset");
    private static final ExtKey REGION = ExtKey.of("MSG_REGION");
    private static final ExtKey TRACE_ON = ExtKey.of("TRACE_ON");

    /** What replies that are not stored have for an id. */
    private static final String NO_ID = "0";

    private final ReplyConfig config;
    private final SendConfig sends;
    private final TopicRegistry topics;
    private final BrokerPuts puts;
    private final HostAddress host;
    private final SendRules rules;
    private final ReplyPush push;
    private final ReplyMetrics metrics;
    private final ThreadLocal<SendRequest> requests = ThreadLocal.withInitial(SendRequest::new);

    private ReplyHandler(ReplyConfig config, SendConfig sends, Ways ways, Clock clock, Metrics metrics) {
        this.config = config;
        this.sends = sends;
        this.topics = ways.topics;
        this.puts = ways.puts;
        this.host = ways.host;
        this.rules = new SendRules(sends, host, clock);
        this.metrics = new ReplyMetrics(metrics);
        this.push = new ReplyPush(ways.members, host, clock, this.metrics);
    }

    /**
     * Where replies go.
     *
     * @param host address clients reach this broker at
     * @param members knows where requesters are connected
     * @param puts stores
     */
    public record Ways(HostAddress host, TopicRegistry topics, Members members, BrokerPuts puts) {}

    /** A handler that is ready for replies. */
    public static ReplyHandler open(ReplyConfig config, SendConfig sends, Ways ways, Clock clock, Metrics metrics) {
        return new ReplyHandler(config, sends, ways, clock, metrics);
    }

    /** Adds its codes to the request table. */
    public void addTo(RequestRouter.Builder table) {
        table.route(RequestCode.SEND_REPLY_MESSAGE, this).route(RequestCode.SEND_REPLY_MESSAGE_V2, this);
    }

    @Override
    public Reply handle(RemotingCommand command, Connection connection) {
        SendRequest reply = requests.get();
        reply.read(command, connection);
        rules.checkName(reply.topic());
        Topic topic = topics.find(reply.topic());
        if (topic == null) {
            return createThenHandle(reply, command, connection);
        }
        rules.check(reply, topic);
        if (reply.isBatch()) {
            throw new RequestException(ResponseCode.MESSAGE_ILLEGAL, "a batch can not be a reply");
        }
        int queueId = reply.queueId();
        CompletableFuture<@Nullable String> pushed = push.push(reply, command);
        CompletableFuture<BrokerPuts.@Nullable Placed> stored = store(reply);
        return LaterReply.to(
                command, connection, pushed.thenCombine(stored, (refusal, placed) -> answer(refusal, queueId, placed)));
    }

    /** As any message, a reply creates its topic where that is allowed. */
    private Reply createThenHandle(SendRequest reply, RemotingCommand command, Connection connection) {
        CompletableFuture<Topic> created = topics.createFrom(
                reply.topic(), reply.header().defaultTopic(), reply.header().defaultTopicQueueNums());
        Responder responder = connection.responder(command);
        RemotingCommand own = command.detach();
        var _ = created.whenComplete((topic, failure) -> {
            if (failure == null) {
                responder.handleAgain(this, own);
            } else {
                responder.fail(failure);
            }
        });
        return Reply.LATER;
    }

    /** Completes with null when it is not to be stored, or was not; never fails. */
    private CompletableFuture<BrokerPuts.@Nullable Placed> store(SendRequest reply) {
        if (!config.stored()) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<BrokerPuts.Placed> placed;
        try {
            placed = puts.store(reply);
        } catch (RequestException | BusyException | StorageException e) {
            placed = CompletableFuture.failedFuture(e);
        }
        return placed.<BrokerPuts.@Nullable Placed>thenApply(where -> where).exceptionally(this::unstored);
    }

    private BrokerPuts.@Nullable Placed unstored(Throwable failure) {
        metrics.unstored.increment();
        LOG.warn("a reply is not stored: {}", failure.getMessage());
        return null;
    }

    private Reply.Now answer(@Nullable String refusal, int queueId, BrokerPuts.@Nullable Placed placed) {
        HeaderFields fields = out -> {
            if (placed != null) {
                out.put(MESSAGE_ID, new MessageId(host, placed.position()).toString());
                out.put(QUEUE_ID, queueId);
                out.put(QUEUE_OFFSET, placed.queueOffset());
            } else if (refusal == null) {
                out.put(MESSAGE_ID, NO_ID);
                out.put(QUEUE_ID, queueId);
                out.put(QUEUE_OFFSET, 0);
            }
            out.put(REGION, sends.region());
            out.put(TRACE_ON, sends.trace() == SendConfig.Tracing.ON);
        };
        int code = refusal == null ? ResponseCode.SUCCESS : ResponseCode.SYSTEM_ERROR;
        return Reply.Now.of(code, refusal, fields, ReplyBody.EMPTY);
    }
}
