package io.firn.broker.pop;

import io.firn.broker.queue.QueueLog;
import io.firn.broker.server.Connection;
import io.firn.broker.server.LaterReply;
import io.firn.broker.server.Reply;
import io.firn.broker.server.RequestRouter;
import io.firn.broker.topic.Topic;
import io.firn.broker.topic.TopicRegistry;
import io.firn.broker.wire.ExtFields;
import io.firn.broker.wire.ExtKey;
import io.firn.broker.wire.Json;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestCode;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import io.firn.broker.wire.body.BatchAck;
import io.firn.broker.wire.body.BatchAckBody;
import java.util.ArrayList;
import java.util.Base64;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * ACK_MESSAGE (200051), BATCH_ACK_MESSAGE (200151) and CHANGE_MESSAGE_INVISIBLETIME (200053): what consumers say of popped
 * messages. An acknowledgement that comes a second time, or too late, is answered as a good one: there is nothing to do
 * for it, or nothing any more. Bad handles and bodies change nothing. On io threads.
 */
final class AckHandler {

    private static final ExtKey POP_TIME = ExtKey.of("popTime");
    private static final ExtKey INVISIBLE_TIME = ExtKey.of("invisibleTime");
    private static final ExtKey REVIVE_QUEUE = ExtKey.of("reviveQid");
    private static final int MOST_MESSAGES = 32;
    private static final long MOST_INVISIBLE_MS = 365L * 24 * 3_600 * 1_000;

    private final TopicRegistry topics;
    private final QueueLog queues;
    private final PopTable table;
    private final Changes changes;
    private final PopMetrics metrics;

    AckHandler(TopicRegistry topics, QueueLog queues, PopTable table, Changes changes, PopMetrics metrics) {
        this.topics = topics;
        this.queues = queues;
        this.table = table;
        this.changes = changes;
        this.metrics = metrics;
    }

    void addTo(RequestRouter.Builder router) {
        router.route(RequestCode.ACK_MESSAGE, this::ack)
                .route(RequestCode.BATCH_ACK_MESSAGE, (request, from) -> ackAll(request))
                .route(RequestCode.CHANGE_MESSAGE_INVISIBLETIME, this::change);
    }

    private Reply ack(RemotingCommand request, Connection from) {
        ExtFields ext = request.ext();
        Changes.Message message = message(ext);
        ReceiptHandle handle = handle(ext);
        return switch (settle(message, new Batch.Key(handle.startOffset(), handle.popTimeMs()))) {
            case TAKEN, LATE -> Reply.Now.ok();
            case UNKNOWN, OTHER -> LaterReply.to(request, from, checked(message));
        };
    }

    private PopQueue.Met settle(Changes.Message message, Batch.Key key) {
        PopQueue queue = table.find(message.group(), message.topic(), message.queueId());
        PopQueue.Met met = queue == null ? PopQueue.Met.UNKNOWN : queue.ack(key, message.offset());
        if (met == PopQueue.Met.TAKEN) {
            metrics.acks.increment();
        }
        return met;
    }

    /** The message a request names, of which this broker has the queue. */
    private Changes.Message message(ExtFields ext) {
        String group = ext.required("consumerGroup");
        Topic topic = topics.required(ext.required("topic"));
        int queueId = ext.requiredInt("queueId");
        checkQueue(topic, queueId);
        return new Changes.Message(group, topic.name(), queueId, ext.requiredLong("offset"));
    }

    private static void checkQueue(Topic topic, int queueId) {
        if (queueId < 0 || queueId >= topic.readQueues()) {
            throw illegal("queueId " + queueId + " is not below the " + topic.readQueues()
                    + " readable queues of topic [" + topic.name() + "]");
        }
    }

    /**
     * The answer for a message that is in no batch: a good one when there is, or was, such a message. Where the queue ends
     * is told by whoever serves it; when that can not tell, nobody can say that it is wrong.
     */
    private CompletableFuture<Reply.Now> checked(Changes.Message message) {
        return queues.range(message.topic(), message.queueId()).handle((range, failure) -> {
            if (failure == null && (message.offset() < 0 || message.offset() >= range.max())) {
                throw new RequestException(
                        ResponseCode.NO_MESSAGE,
                        "offset is illegal, key:" + message.topic() + '@' + message.queueId() + ", commit:"
                                + message.offset() + ", store:0~" + range.max());
            }
            return Reply.Now.ok();
        });
    }

    private static ReceiptHandle handle(ExtFields ext) {
        ReceiptHandle handle = ReceiptHandle.parse(ext.required("extraInfo"));
        if (handle.isOrdered()) {
            throw illegal("the receipt handle is one of an ordered pop, which are not there yet");
        }
        return handle;
    }

    /** All entries are read before the first one counts. */
    private Reply ackAll(RemotingCommand request) {
        byte[] body = request.bodyBytes();
        List<BatchAck> acks = body.length == 0
                ? List.of()
                : Json.decode(body, BatchAckBody.class).acks();
        if (acks.isEmpty()) {
            throw new RequestException(ResponseCode.NO_MESSAGE, "the body names no message");
        }
        List<Runnable> settled = new ArrayList<>(acks.size());
        for (BatchAck ack : acks) {
            Topic topic = topics.required(realTopic(ack));
            checkQueue(topic, ack.q());
            if (ack.rq() == ReceiptHandle.ORDERED) {
                throw illegal("acks holds messages of an ordered pop, which are not there yet");
            }
            if (ack.so() < 0) {
                throw illegal("so (startOffset) is " + ack.so());
            }
            BitSet bits = bits(ack.b());
            if (bits.cardinality() > MOST_MESSAGES) {
                throw illegal(
                        "b (bitSet) names " + bits.cardinality() + " messages, a batch has at most " + MOST_MESSAGES);
            }
            settled.add(() -> bits.stream().forEach(bit -> {
                var _ = settle(
                        new Changes.Message(ack.c(), topic.name(), ack.q(), ack.so() + bit),
                        new Batch.Key(ack.so(), ack.pt()));
            }));
        }
        settled.forEach(Runnable::run);
        return Reply.Now.ok();
    }

    private static String realTopic(BatchAck ack) {
        return switch (ack.r()) {
            case "0", "" -> ack.t();
            case "1" -> RetryTopics.v1(ack.c(), ack.t());
            case "2" -> RetryTopics.v2(ack.c(), ack.t());
            default -> throw illegal("r (retry) is '" + ack.r() + "', not 0, 1 or 2");
        };
    }

    private static BitSet bits(@Nullable Object written) {
        if (written instanceof String text) {
            try {
                return BitSet.valueOf(Base64.getDecoder().decode(text));
            } catch (IllegalArgumentException e) {
                throw illegal("b (bitSet) is no Base64: " + e.getMessage());
            }
        }
        if (written instanceof List<?> list && list.size() <= MOST_MESSAGES * MOST_MESSAGES) {
            byte[] bytes = new byte[list.size()];
            for (int i = 0; i < bytes.length; i++) {
                if (!(list.get(i) instanceof Number number)) {
                    throw illegal("b (bitSet) holds " + list.get(i) + " instead of a byte");
                }
                bytes[i] = number.byteValue();
            }
            return BitSet.valueOf(bytes);
        }
        throw illegal("b (bitSet) is neither a text nor an array of bytes");
    }

    private Reply change(RemotingCommand request, Connection from) {
        ExtFields ext = request.ext();
        Changes.Message message = message(ext);
        ReceiptHandle handle = handle(ext);
        long invisibleMs = ext.requiredLong("invisibleTime");
        if (invisibleMs < 0 || invisibleMs > MOST_INVISIBLE_MS) {
            throw illegal("invisibleTime is " + invisibleMs + " ms, not 0.." + MOST_INVISIBLE_MS);
        }
        return LaterReply.to(
                request, from, changes.change(message, handle, invisibleMs).thenApply(AckHandler::changed));
    }

    private static Reply.Now changed(ReceiptHandle fresh) {
        return Reply.Now.ok(out -> {
            out.put(POP_TIME, fresh.popTimeMs());
            out.put(INVISIBLE_TIME, fresh.invisibleMs());
            out.put(REVIVE_QUEUE, fresh.reviveQueue());
        });
    }

    private static RequestException illegal(String reason) {
        return new RequestException(ResponseCode.MESSAGE_ILLEGAL, reason);
    }
}
