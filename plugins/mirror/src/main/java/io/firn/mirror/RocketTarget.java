package io.firn.mirror;

import io.firn.spi.topic.QueueRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.ToIntFunction;
import org.apache.rocketmq.acl.common.AclClientRPCHook;
import org.apache.rocketmq.acl.common.SessionCredentials;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.client.producer.SendStatus;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageQueue;
import org.jspecify.annotations.Nullable;

/**
 * The other cluster, by a stock client. Queue {@code n} here is queue {@code n} there, modulo the number of queues there,
 * as it was when the topic was first met: the order within a queue is kept as long as that number is. Owner: the
 * dispatcher's thread; client and end are guarded by this, because a call may still wait for the target at the end.
 */
final class RocketTarget implements Target {

    private static final int CHUNK_BYTES = 256 << 10;
    private static final int CHUNK_MESSAGES = 500;
    /** The target says what is too large, not the client. */
    private static final int NO_LIMIT = 1 << 30;
    /** The topic that brokers have for clients that make topics. */
    private static final String TEMPLATE = "TBW102";

    private final MirrorConfig config;
    private final Copies copies;
    private final TopicNames names;
    private final ToIntFunction<String> queuesHere;
    private final Map<String, List<MessageQueue>> routes = new HashMap<>();
    private @Nullable DefaultMQProducer client;
    private boolean closed;

    /** {@code queuesHere} tells how many queues a topic has here, for topics that are made there. */
    RocketTarget(MirrorConfig config, Copies copies, ToIntFunction<String> queuesHere) {
        this.config = config;
        this.copies = copies;
        this.names = TopicNames.of(config.rename());
        this.queuesHere = queuesHere;
    }

    @Override
    public int send(QueueRef queue, List<Stored> messages) throws Exception {
        String topic = names.of(queue.topic());
        DefaultMQProducer producer = client();
        List<MessageQueue> route = route(producer, topic, queue.topic());
        MessageQueue there = route.get(queue.queueId() % route.size());
        int sent = 0;
        List<Message> chunk = new ArrayList<>();
        int bytes = 0;
        for (Stored stored : messages) {
            Message copy = copies.of(stored, topic);
            if (copy == null) {
                continue;
            }
            int size = copy.getBody().length + stored.record().length;
            if (!chunk.isEmpty() && (bytes + size > CHUNK_BYTES || chunk.size() == CHUNK_MESSAGES)) {
                sent += send(producer, there, chunk);
                chunk = new ArrayList<>();
                bytes = 0;
            }
            chunk.add(copy);
            bytes += size;
        }
        return chunk.isEmpty() ? sent : sent + send(producer, there, chunk);
    }

    private int send(DefaultMQProducer producer, MessageQueue there, List<Message> chunk) throws Exception {
        long timeoutMs = config.timeout().toMillis();
        SendResult result = chunk.size() == 1
                ? producer.send(chunk.getFirst(), there, timeoutMs)
                : producer.send(chunk, there, timeoutMs);
        if (result.getSendStatus() != SendStatus.SEND_OK) {
            throw new IllegalStateException(there + " answers " + result.getSendStatus());
        }
        return chunk.size();
    }

    private List<MessageQueue> route(DefaultMQProducer producer, String topic, String topicHere)
            throws MQClientException {
        List<MessageQueue> known = routes.get(topic);
        if (known != null) {
            return known;
        }
        List<MessageQueue> found = new ArrayList<>(findOrMake(producer, topic, topicHere));
        if (found.isEmpty()) {
            throw new IllegalStateException("topic " + topic + " takes no messages at the target");
        }
        found.sort(Comparator.comparing(MessageQueue::getBrokerName).thenComparingInt(MessageQueue::getQueueId));
        routes.put(topic, found);
        return found;
    }

    @SuppressWarnings("deprecation") // of makers of topics in producers; the admin tool would be another library
    private List<MessageQueue> findOrMake(DefaultMQProducer producer, String topic, String topicHere)
            throws MQClientException {
        try {
            return producer.fetchPublishMessageQueues(topic);
        } catch (MQClientException e) {
            if (!config.createTopics()) {
                throw e;
            }
            // fails as well when the target is away; when the topic is there after all, nothing is lost by trying
            producer.createTopic(TEMPLATE, topic, queuesHere.applyAsInt(topicHere), Map.of());
            return producer.fetchPublishMessageQueues(topic);
        }
    }

    private synchronized DefaultMQProducer client() throws MQClientException {
        if (closed) {
            throw new IllegalStateException("the mirror is being stopped");
        }
        DefaultMQProducer open = client;
        if (open != null) {
            return open;
        }
        DefaultMQProducer producer = config.accessKey() == null
                ? new DefaultMQProducer("firn-mirror")
                : new DefaultMQProducer(
                        "firn-mirror",
                        new AclClientRPCHook(new SessionCredentials(config.accessKey(), config.secretKey())));
        producer.setNamesrvAddr(config.target());
        producer.setInstanceName("mirror-" + UUID.randomUUID());
        producer.setVipChannelEnabled(false);
        producer.setUseTLS(config.tls());
        producer.setSendMsgTimeout(Math.toIntExact(config.timeout().toMillis()));
        producer.setMaxMessageSize(NO_LIMIT);
        try {
            producer.start();
        } catch (MQClientException e) {
            producer.shutdown();
            throw e;
        }
        client = producer;
        return producer;
    }

    @Override
    public void close(Duration grace) throws InterruptedException {
        long begunNs = System.nanoTime();
        DefaultMQProducer open = takeClient();
        if (open != null) {
            open.shutdown();
            ClientThreads.awaitEnd(grace.minusNanos(System.nanoTime() - begunNs));
        }
    }

    private synchronized @Nullable DefaultMQProducer takeClient() {
        closed = true;
        DefaultMQProducer open = client;
        client = null;
        return open;
    }
}
