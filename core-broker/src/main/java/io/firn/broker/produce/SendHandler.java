package io.firn.broker.produce;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.firn.broker.log.LogFlusher;
import io.firn.broker.log.LogWriter;
import io.firn.broker.queue.ConsumeQueues;
import io.firn.broker.record.EncodedRecords;
import io.firn.broker.record.IllegalRecordException;
import io.firn.broker.record.RecordEncoder;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.server.Connection;
import io.firn.broker.server.Reply;
import io.firn.broker.server.RequestHandler;
import io.firn.broker.server.Responder;
import io.firn.broker.topic.Topic;
import io.firn.broker.topic.TopicRegistry;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import org.jspecify.annotations.Nullable;

/**
 * SEND_MESSAGE (10), SEND_MESSAGE_V2 (310), SEND_BATCH_MESSAGE (320): one send, one append, one answer. Runs on the io
 * thread that read the request. Under ASYNC_FLUSH the answer is the handler's; under SYNC_FLUSH it follows when the
 * log is forced beyond the record, unless the message says {@code WAIT=false}.
 */
public final class SendHandler implements RequestHandler {

    private static final byte[] WAIT = "WAIT".getBytes(US_ASCII);
    private static final byte[] FALSE = "false".getBytes(US_ASCII);

    private final SendConfig config;
    private final TopicRegistry topics;
    private final ConsumeQueues queues;
    private final LogWriter writer;
    private final WriteGate gate;
    /** Null when an answer does not wait for the disk. */
    private final @Nullable LogFlusher flusher;

    private final SendRules rules;
    private final SendMetrics metrics;
    private final ThreadLocal<Workplace> workplaces;

    private SendHandler(SendConfig config, Stores stores, TopicRegistry topics, Clock clock, Metrics metrics) {
        this.config = config;
        this.topics = topics;
        this.queues = stores.queues;
        this.writer = stores.writer;
        this.flusher = stores.flusher;
        this.gate = stores.gate;
        this.rules = new SendRules(config, clock);
        this.metrics = new SendMetrics(metrics);
        this.workplaces = ThreadLocal.withInitial(() -> new Workplace(config));
    }

    /**
     * Where messages go.
     *
     * @param queues gives each queue's next offset
     * @param writer appends
     * @param gate asked before each send
     * @param flusher asked before an answer when a reply promises the disk; null when it does not
     */
    public record Stores(
            ConsumeQueues queues,
            LogWriter writer,
            WriteGate gate,
            @Nullable LogFlusher flusher) {}

    /** A handler that is ready for requests. */
    public static SendHandler open(
            SendConfig config, Stores stores, TopicRegistry topics, Clock clock, Metrics metrics) {
        return new SendHandler(config, stores, topics, clock, metrics);
    }

    /** How many messages were appended. */
    public long messages() {
        return metrics.messages.sum();
    }

    /** How many bytes of records were appended. */
    public long bytes() {
        return metrics.bytes.sum();
    }

    @Override
    public Reply handle(RemotingCommand command, Connection connection) {
        String refusal = gate.refusal();
        if (refusal != null) {
            return Reply.Now.of(ResponseCode.SERVICE_NOT_AVAILABLE, refusal);
        }
        Workplace workplace = workplaces.get();
        SendRequest request = workplace.request;
        request.read(command, connection);
        Topic topic = topics.find(request.topic());
        if (topic == null) {
            rules.checkName(request.topic());
            return createThenSend(request, command, connection);
        }
        if (topics.isSystem(topic.name())) {
            rules.checkName(topic.name());
        }
        EncodedRecords records = append(workplace, topic);
        if (flusher == null || !waitsForDisk(request)) {
            return workplace.reply.fill(request, records);
        }
        SendReply reply = new SendReply(config).fill(request, records);
        flusher.whenFlushed(records.endPosition(), new DurableReply(connection.responder(command), reply, metrics));
        return Reply.LATER;
    }

    private EncodedRecords append(Workplace workplace, Topic topic) {
        SendRequest request = workplace.request;
        rules.check(request, topic);
        EncodedRecords records = encode(workplace, request);
        writer.append(records, queues.tail(topic.name(), request.queueId()));
        metrics.messages.add(records.count());
        metrics.bytes.add(records.length());
        return records;
    }

    private EncodedRecords encode(Workplace workplace, SendRequest request) {
        try {
            if (request.isBatch()) {
                return workplace.encoder.encodeBatch(request);
            }
            rules.complete(request.properties());
            return workplace.encoder.encode(request);
        } catch (IllegalRecordException e) {
            RequestException illegal =
                    new RequestException(ResponseCode.MESSAGE_ILLEGAL, String.valueOf(e.getMessage()));
            illegal.initCause(e);
            throw illegal;
        }
    }

    private static boolean waitsForDisk(SendRequest request) {
        return !request.properties().has(WAIT, FALSE);
    }

    /** The first send to a topic creates it; the request waits for that on its own copy. */
    private Reply createThenSend(SendRequest request, RemotingCommand command, Connection connection) {
        RemotingCommand own = command.detach();
        Responder responder = connection.responder(command);
        topics.createFrom(
                        request.topic(),
                        request.header().defaultTopic(),
                        request.header().defaultTopicQueueNums())
                .whenComplete((topic, failure) -> {
                    if (failure != null) {
                        responder.fail(failure);
                    } else {
                        responder.handleAgain(this, own);
                    }
                });
        return Reply.LATER;
    }

    /** What one io thread needs to handle sends without allocating. */
    private static final class Workplace {

        final SendRequest request = new SendRequest();
        final RecordEncoder encoder;
        final SendReply reply;

        Workplace(SendConfig config) {
            this.encoder =
                    new RecordEncoder(config.storeHost(), config.maxBodySize().toIntBytes());
            this.reply = new SendReply(config);
        }
    }
}
