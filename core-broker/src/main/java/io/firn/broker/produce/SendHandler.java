package io.firn.broker.produce;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.firn.broker.log.LogFlusher;
import io.firn.broker.log.LogWriter;
import io.firn.broker.queue.ConsumeQueues;
import io.firn.broker.record.EncodedRecords;
import io.firn.broker.record.HostAddress;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.server.Connection;
import io.firn.broker.server.Reply;
import io.firn.broker.server.RequestHandler;
import io.firn.broker.server.Responder;
import io.firn.broker.topic.Topic;
import io.firn.broker.topic.TopicRegistry;
import io.firn.broker.wire.RemotingCommand;
import io.firn.broker.wire.ResponseCode;
import io.firn.spi.put.Verdict;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * SEND_MESSAGE (10), SEND_MESSAGE_V2 (310), SEND_BATCH_MESSAGE (320): one send, one append, one answer. Runs on the io
 * thread that read the request. Under ASYNC_FLUSH the answer is the handler's; under SYNC_FLUSH it follows when the
 * log is forced beyond the record, unless the message says {@code WAIT=false}.
 */
public final class SendHandler implements RequestHandler {

    private static final PropertyName WAIT = PropertyName.of("WAIT");
    private static final byte[] FALSE = "false".getBytes(US_ASCII);

    private static final PutChain NO_HOOKS = new NoHooks();

    private final SendConfig config;
    private final HostAddress host;
    private final TopicRegistry topics;
    private final PutPath path;
    private final WriteGate gate;
    private final ProduceThrottle throttle;
    /** Null when an answer does not wait for the disk. */
    private final @Nullable LogFlusher flusher;

    private final SendRewrite rewrite;

    private final SendRules rules;
    private final SendMetrics metrics;
    private final ThreadLocal<Workplace> workplaces;

    private SendHandler(SendConfig config, Stores stores, TopicRegistry topics, Clock clock, Metrics metrics) {
        this.config = config;
        this.host = stores.host;
        this.topics = topics;
        this.flusher = stores.flusher;
        this.gate = stores.ports.gate;
        this.throttle = stores.ports.throttle;
        this.rewrite = stores.ports.rewrite;
        this.rules = new SendRules(config, host, clock);
        this.metrics = new SendMetrics(metrics);
        this.path = new PutPath(stores.ports.hooks, stores.queues, stores.writer, this.metrics);
        this.workplaces = ThreadLocal.withInitial(() -> new Workplace(config, host));
    }

    /**
     * Where messages go.
     *
     * @param host address clients reach this broker at; part of every record and message id
     * @param queues gives each queue's next offset
     * @param writer appends
     * @param ports others who have a say
     * @param flusher asked before an answer when a reply promises the disk; null when it does not
     */
    public record Stores(
            HostAddress host,
            ConsumeQueues queues,
            LogWriter writer,
            Ports ports,
            @Nullable LogFlusher flusher) {}

    /**
     * Who else has a say about messages.
     *
     * @param gate asked before each send
     * @param throttle asked before each send
     * @param rewrite lets messages go elsewhere
     * @param hooks look at each message before it is stored
     */
    public record Ports(WriteGate gate, ProduceThrottle throttle, SendRewrite rewrite, PutHooks hooks) {}

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
        return handle(command, connection, workplaces.get().reply);
    }

    /** A send whose topic is there now: its answer is encoded after others of this thread were made. */
    private Reply handleLate(RemotingCommand command, Connection connection) {
        return handle(command, connection, new SendReply(config, host));
    }

    private Reply handle(RemotingCommand command, Connection connection, SendReply reply) {
        String refusal = gate.refusal();
        if (refusal != null) {
            return Reply.Now.of(ResponseCode.SERVICE_NOT_AVAILABLE, refusal);
        }
        String busy = throttle.busy();
        if (busy != null) {
            return Reply.Now.of(ResponseCode.SYSTEM_BUSY, busy);
        }
        Workplace workplace = workplaces.get();
        SendRequest request = workplace.request;
        request.read(command, connection);
        Topic topic = topics.find(request.topic());
        if (topic == null || workplace.firstSends.isWaiting(connection, request.topic())) {
            rules.checkName(request.topic());
            return createThenSend(workplace, command, connection);
        }
        if (topics.isSystem(topic.name())) {
            rules.checkName(topic.name());
        }
        return store(workplace, topic, reply, command, connection);
    }

    private Reply store(
            Workplace workplace, Topic topic, SendReply reply, RemotingCommand command, Connection connection) {
        SendRequest request = workplace.request;
        rules.check(request, topic);
        if (!request.isBatch()) {
            rules.complete(request.properties());
            CompletableFuture<?> missing = rewrite.rewrite(request);
            if (missing != null) {
                workplace.firstSends.add(command, connection, topic.name(), () -> missing, this::handleLate);
                return Reply.LATER;
            }
        }
        PutChain chain = path.chain(request.topic());
        if (workplace.waiting.isWaiting(connection, request) || (chain != null && chain.waits())) {
            storeLater(workplace, chain == null ? NO_HOOKS : chain, connection.responder(command));
            return Reply.LATER;
        }
        EncodedRecords records = path.put(workplace.place, request, chain);
        if (flusher == null || !waitsForDisk(request)) {
            return reply.fill(request, records);
        }
        SendReply own = new SendReply(config, host).fill(request, records);
        flusher.whenFlushed(records.endPosition(), new DurableReply(connection.responder(command), own, metrics));
        return Reply.LATER;
    }

    /** Hooks that need time look at a copy; the message is stored behind those that were sent before it. */
    private void storeLater(Workplace workplace, PutChain chain, Responder responder) {
        SendRequest request = workplace.request;
        try {
            workplace.waiting.checkRoom(request);
            WaitingSend own = path.prepare(workplace.place, request, chain);
            CompletableFuture<@Nullable Verdict> answer =
                    chain.waits() ? path.ask(workplace.place, chain) : CompletableFuture.completedFuture(null);
            workplace.waiting.add(own, chain, answer, responder, this::storeNow);
        } catch (RuntimeException e) {
            responder.fail(e);
        }
    }

    private void storeNow(WaitingSend message, PutChain chain, @Nullable Verdict reject, Responder responder) {
        EncodedRecords records = path.resume(workplaces.get().place, message, chain, reject);
        SendReply own = new SendReply(config, host).fill(message, records);
        if (flusher == null || !waitsForDisk(message)) {
            responder.reply(own);
        } else {
            flusher.whenFlushed(records.endPosition(), new DurableReply(responder, own, metrics));
        }
    }

    private static boolean waitsForDisk(Incoming request) {
        return !request.properties().has(WAIT, FALSE);
    }

    /** The first send to a topic creates it; the request waits for that on its own copy. */
    private Reply createThenSend(Workplace workplace, RemotingCommand command, Connection connection) {
        String topic = workplace.request.topic();
        String template = workplace.request.header().defaultTopic();
        int queueCount = workplace.request.header().defaultTopicQueueNums();
        workplace.firstSends.add(
                command, connection, topic, () -> topics.createFrom(topic, template, queueCount), this::handleLate);
        return Reply.LATER;
    }

    /** What one io thread needs to handle sends without allocating. */
    private static final class Workplace {

        final SendRequest request = new SendRequest();
        final PutPath.Place place;
        final SendReply reply;
        final FirstSends firstSends = new FirstSends();
        final WaitingSends waiting = new WaitingSends();

        Workplace(SendConfig config, HostAddress host) {
            this.place = new PutPath.Place(host, config.maxBodySize().toIntBytes());
            this.reply = new SendReply(config, host);
        }
    }
}
