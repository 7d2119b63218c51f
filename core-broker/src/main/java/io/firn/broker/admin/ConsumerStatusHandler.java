package io.firn.broker.admin;

import io.firn.broker.group.ConsumerGroup;
import io.firn.broker.group.Member;
import io.firn.broker.server.Connection;
import io.firn.broker.server.LaterReply;
import io.firn.broker.server.Reply;
import io.firn.broker.server.ReplyBody;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.wire.ExtFields;
import io.firn.broker.wire.ExtKey;
import io.firn.broker.wire.HeaderFields;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.ProtocolVersion;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import io.firn.broker.wire.body.ConsumerStatusBody;
import io.firn.broker.wire.body.MessageQueue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the consumers of a group, or one of them, which offsets they hold of a topic: code 223, sent to them as 221. One
 * that does not answer is missing in the answer and named in its remark.
 */
final class ConsumerStatusHandler {

    private static final Logger LOG = LoggerFactory.getLogger(ConsumerStatusHandler.class);
    /** Below the five seconds that tools wait. */
    private static final Duration TIMEOUT = Duration.ofSeconds(4);

    private static final ExtKey TOPIC = ExtKey.of("topic");
    private static final ExtKey GROUP = ExtKey.of("group");

    private final BrokerRooms rooms;

    ConsumerStatusHandler(BrokerRooms rooms) {
        this.rooms = rooms;
    }

    void addTo(RequestRouter.Builder table, Executor pool) {
        table.route(RequestCode.INVOKE_BROKER_TO_GET_CONSUMER_STATUS, pool, this::status);
    }

    private Reply status(RemotingCommand request, Connection from) {
        ExtFields ext = request.ext();
        String topic = ext.required("topic");
        String group = ext.required("group");
        HeaderFields question = out -> {
            out.put(TOPIC, topic);
            out.put(GROUP, group);
        };
        List<CompletableFuture<Held>> answers = new ArrayList<>();
        for (Member member : asked(group, ext.get("clientAddr"))) {
            answers.add(ask(member, question));
        }
        return LaterReply.to(request, from, Gathered.of(answers).thenApply(ConsumerStatusHandler::reply));
    }

    private List<Member> asked(String name, @Nullable String clientId) {
        ConsumerGroup group = rooms.groups().members().consumers(name);
        if (group == null || group.members().isEmpty()) {
            throw new RequestException(
                    ResponseCode.SYSTEM_ERROR, "No Any Consumer online in the consumer group: [" + name + "]");
        }
        if (clientId == null || clientId.isBlank()) {
            return group.members();
        }
        Member member = group.member(clientId);
        if (member == null) {
            throw new RequestException(
                    ResponseCode.SYSTEM_ERROR, "The Consumer <" + name + "> <" + clientId + "> not online");
        }
        return List.of(member);
    }

    /** What one client holds; null offsets when it can not tell. */
    private record Held(String clientId, @Nullable Map<MessageQueue, Long> offsets) {}

    private static CompletableFuture<Held> ask(Member member, HeaderFields question) {
        String clientId = member.clientId();
        if (member.link().version() < ProtocolVersion.V3_0_7_SNAPSHOT) {
            return CompletableFuture.completedFuture(new Held(clientId, null));
        }
        return member.link()
                .connection()
                .call(RequestCode.GET_CONSUMER_STATUS_FROM_CLIENT, question, new byte[0], TIMEOUT)
                .thenApply(answer -> new Held(clientId, offsets(member, answer)))
                .exceptionally(failure -> {
                    LOG.warn("consumer {} does not tell its offsets: {}", member, failure.getMessage());
                    return new Held(clientId, null);
                });
    }

    private static @Nullable Map<MessageQueue, Long> offsets(Member member, RemotingCommand answer) {
        if (answer.code() != ResponseCode.SUCCESS) {
            LOG.warn("consumer {} does not tell its offsets: code {} {}", member, answer.code(), answer.remark());
            return null;
        }
        return Json.decode(answer.bodyBytes(), ConsumerStatusBody.class).messageQueueTable();
    }

    private static Reply.Now reply(List<Held> answers) {
        Map<String, Map<MessageQueue, Long>> known = new TreeMap<>();
        List<String> silent = new ArrayList<>();
        for (Held held : answers) {
            if (held.offsets == null) {
                silent.add(held.clientId);
            } else {
                known.put(held.clientId, held.offsets);
            }
        }
        if (known.isEmpty()) {
            throw new RequestException(
                    ResponseCode.SYSTEM_ERROR, "consumers " + silent + " did not tell their offsets");
        }
        byte[] body = Json.encode(new ConsumerStatusBody(Map.of(), known));
        String remark = silent.isEmpty() ? null : "consumers " + silent + " did not tell their offsets";
        return Reply.Now.of(ResponseCode.SUCCESS, remark, HeaderFields.NONE, ReplyBody.of(body));
    }
}
