package io.firn.broker.admin;

import io.firn.broker.group.ConsumerGroup;
import io.firn.broker.group.Member;
import io.firn.broker.log.CommitLog;
import io.firn.broker.log.LogSlice;
import io.firn.broker.record.MessageId;
import io.firn.broker.record.RecordLayout;
import io.firn.broker.record.RecordStatus;
import io.firn.broker.record.RecordView;
import io.firn.broker.record.Verify;
import io.firn.broker.server.CallException;
import io.firn.broker.server.Connection;
import io.firn.broker.server.LaterReply;
import io.firn.broker.server.Reply;
import io.firn.broker.server.ReplyBody;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.wire.ExtFields;
import io.firn.broker.wire.ExtKey;
import io.firn.broker.wire.HeaderFields;
import io.firn.broker.wire.ProtocolVersion;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Asks a connected consumer what a tool wants to know of it, and hands its answer on byte for byte: codes 307 (its
 * state) and 309 (consume one stored message now). A consumer that does not answer in time is reported with 207.
 */
final class ConsumerRelayHandler {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final List<String> STATE_FIELDS = List.of("consumerGroup", "clientId", "jstackEnable");
    private static final List<String> CONSUME_FIELDS =
            List.of("consumerGroup", "clientId", "msgId", "topic", "topicSysFlag", "groupSysFlag");
    private static final String BROKER_NAME = "brokerName";

    private final BrokerRooms rooms;

    ConsumerRelayHandler(BrokerRooms rooms) {
        this.rooms = rooms;
    }

    void addTo(RequestRouter.Builder table, Executor pool) {
        table.route(RequestCode.GET_CONSUMER_RUNNING_INFO, pool, this::state)
                .route(RequestCode.CONSUME_MESSAGE_DIRECTLY, pool, this::consume);
    }

    private Reply state(RemotingCommand request, Connection from) {
        Member consumer = consumer(request.ext());
        return relay(request, from, consumer, fields(request.ext(), STATE_FIELDS), new byte[0]);
    }

    private Reply consume(RemotingCommand request, Connection from) {
        ExtFields ext = request.ext();
        Member consumer = consumer(ext);
        byte[] message = message(ext.required("msgId"));
        Map<String, String> fields = fields(ext, CONSUME_FIELDS);
        fields.put(BROKER_NAME, rooms.self().brokerName());
        return relay(request, from, consumer, fields, message);
    }

    private Member consumer(ExtFields ext) {
        String name = ext.required("consumerGroup");
        String clientId = ext.required("clientId");
        ConsumerGroup group = rooms.groups().members().consumers(name);
        Member member = group == null ? null : group.member(clientId);
        if (member == null) {
            throw failed("The Consumer <" + name + "> <" + clientId + "> not online");
        }
        if (member.link().version() < ProtocolVersion.V3_1_8_SNAPSHOT) {
            throw failed("The Consumer <" + name + "> <" + clientId + "> is too old to be asked: protocol version "
                    + member.link().version());
        }
        return member;
    }

    /** A copy of the record: it is sent by another connection's thread. */
    private byte[] message(String id) {
        long position = positionOf(id);
        CommitLog log = rooms.stored().log();
        int size = sizeAt(log, position);
        try (LogSlice record = size < RecordLayout.FIXED_BYTES ? null : log.slice(position, size)) {
            if (record != null && isRecord(record, position)) {
                return record.memory().toArray(ValueLayout.JAVA_BYTE);
            }
        }
        throw failed("no message of the local store stands where the id " + id + " points to");
    }

    private static long positionOf(String id) {
        try {
            return MessageId.parse(id).position();
        } catch (IllegalArgumentException e) {
            throw failed("message id " + id + " is not one: " + e.getMessage());
        }
    }

    private static int sizeAt(CommitLog log, long position) {
        try (LogSlice head = position < 0 ? null : log.slice(position, RecordLayout.FIXED_BYTES)) {
            return head == null
                    ? 0
                    : new RecordView().wrap(head.memory(), 0, head.size()).totalSize();
        }
    }

    private static boolean isRecord(LogSlice slice, long position) {
        return new RecordView().wrap(slice.memory(), 0, slice.size()).inspect(position, Verify.LENGTHS)
                == RecordStatus.OK;
    }

    private static Reply relay(
            RemotingCommand request, Connection from, Member to, Map<String, String> fields, byte[] body) {
        HeaderFields header = out -> fields.forEach((name, value) -> out.put(ExtKey.of(name), value));
        CompletableFuture<Reply.Now> answer = to.link()
                .connection()
                .call(request.code(), header, body, TIMEOUT)
                .handle((reply, failure) -> answer(to, reply, failure));
        return LaterReply.to(request, from, answer);
    }

    private static Reply.Now answer(Member asked, @Nullable RemotingCommand reply, @Nullable Throwable failure) {
        if (reply != null) {
            return Reply.Now.of(reply.code(), reply.remark(), HeaderFields.NONE, ReplyBody.of(reply.bodyBytes()));
        }
        int code = failure instanceof CallException ? ResponseCode.CONSUME_MSG_TIMEOUT : ResponseCode.SYSTEM_ERROR;
        return Reply.Now.of(
                code, "consumer " + asked + " did not answer: " + (failure == null ? "" : failure.getMessage()));
    }

    private static Map<String, String> fields(ExtFields ext, List<String> names) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String name : names) {
            String value = ext.get(name);
            if (value != null) {
                fields.put(name, value);
            }
        }
        return fields;
    }

    private static RequestException failed(String remark) {
        return new RequestException(ResponseCode.SYSTEM_ERROR, remark);
    }
}
