package io.firn.testkit;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.impl.MQClientAPIImpl;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;
import org.apache.rocketmq.common.protocol.RequestCode;
import org.apache.rocketmq.common.protocol.ResponseCode;
import org.apache.rocketmq.remoting.exception.RemotingException;
import org.apache.rocketmq.remoting.protocol.RemotingCommand;
import org.awaitility.Awaitility;

/** Stock clients of one broker. They outlive its restarts, which keep the ports. Owner: one test. */
@SuppressWarnings("deprecation") // of the consumer that reads from where it is told, and of the way to send any request
final class StockClient implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int TIMEOUT_MS = 10_000;
    private static final int BATCH = 32;
    private static final String TEMPLATE_TOPIC = "TBW102";

    static {
        // before the client's first class asks: its log lines go where all others go, not into the home directory
        System.setProperty("rocketmq.client.logUseSlf4j", "true");
    }

    private final String address;
    private final DefaultMQProducer producer;
    private final DefaultMQPullConsumer consumer;

    private StockClient(String address, DefaultMQProducer producer, DefaultMQPullConsumer consumer) {
        this.address = address;
        this.producer = producer;
        this.consumer = consumer;
    }

    static StockClient open(String nameServer, String address) {
        String instance = UUID.randomUUID().toString();
        DefaultMQProducer producer = new DefaultMQProducer("testkit-producers");
        producer.setNamesrvAddr(nameServer);
        producer.setInstanceName(instance);
        producer.setVipChannelEnabled(false);
        producer.setSendMsgTimeout(TIMEOUT_MS);
        // what a plugin is shown is what the test has sent, once
        producer.setRetryTimesWhenSendFailed(0);
        producer.setRetryTimesWhenSendAsyncFailed(0);
        DefaultMQPullConsumer consumer = new DefaultMQPullConsumer("testkit-consumers");
        consumer.setNamesrvAddr(nameServer);
        consumer.setInstanceName(instance);
        consumer.setVipChannelEnabled(false);
        consumer.setConsumerPullTimeoutMillis(TIMEOUT_MS);
        try {
            producer.start();
            consumer.start();
        } catch (MQClientException e) {
            producer.shutdown();
            throw new IllegalStateException("the stock client does not start: " + e.getMessage(), e);
        }
        return new StockClient(address, producer, consumer);
    }

    DefaultMQProducer producer() {
        return producer;
    }

    SendResult send(Message message)
            throws MQClientException, RemotingException, MQBrokerException, InterruptedException {
        return producer.send(message);
    }

    /** Asks the broker anything, {@code key, value, …} as fields. */
    RemotingCommand ask(int code, String... fields) {
        RemotingCommand command = RemotingCommand.createRequestCommand(code, null);
        for (int i = 0; i < fields.length; i += 2) {
            command.addExtField(fields[i], fields[i + 1]);
        }
        try {
            return api().getRemotingClient().invokeSync(address, command, TIMEOUT_MS);
        } catch (RemotingException e) {
            throw new IllegalStateException("the broker at " + address + " does not answer: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private MQClientAPIImpl api() {
        return producer.getDefaultMQProducerImpl().getmQClientFactory().getMQClientAPIImpl();
    }

    void createTopic(String name, int queues, String attributes) {
        RemotingCommand answer = ask(
                RequestCode.UPDATE_AND_CREATE_TOPIC,
                "topic",
                name,
                "defaultTopic",
                TEMPLATE_TOPIC,
                "readQueueNums",
                Integer.toString(queues),
                "writeQueueNums",
                Integer.toString(queues),
                "perm",
                "6",
                "topicFilterType",
                "SINGLE_TAG",
                "topicSysFlag",
                "0",
                "order",
                "false",
                "attributes",
                attributes);
        if (answer.getCode() != ResponseCode.SUCCESS) {
            throw new IllegalArgumentException(
                    "topic " + name + " was refused with code " + answer.getCode() + ": " + answer.getRemark());
        }
        awaitRoute(name);
    }

    /** Waits until clients find the broker for this topic. */
    void awaitRoute(String topic) {
        Awaitility.await("a route for topic " + topic)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> hasRoute(topic));
    }

    /** Waits until clients find the broker at all. */
    void awaitRoute() {
        awaitRoute(TEMPLATE_TOPIC);
    }

    private boolean hasRoute(String topic) throws InterruptedException {
        try {
            return !api().getTopicRouteInfoFromNameServer(topic, TIMEOUT_MS)
                    .getBrokerDatas()
                    .isEmpty();
        } catch (RemotingException | MQClientException e) {
            // not yet: it is asked again until the patience ends, and then the wait says what it waited for
            return false;
        }
    }

    Pulled pull(String topic) {
        try {
            List<MessageQueue> queues = new ArrayList<>(consumer.fetchSubscribeMessageQueues(topic));
            queues.sort(Comparator.comparingInt(MessageQueue::getQueueId));
            List<MessageExt> all = new ArrayList<>();
            for (MessageQueue queue : queues) {
                pull(queue, all);
            }
            return new Pulled(all);
        } catch (RemotingException | MQClientException | MQBrokerException e) {
            throw new IllegalStateException("topic " + topic + " can not be pulled: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private void pull(MessageQueue queue, List<MessageExt> into)
            throws MQClientException, RemotingException, MQBrokerException, InterruptedException {
        long offset = consumer.minOffset(queue);
        long end = consumer.maxOffset(queue);
        while (offset < end) {
            PullResult result = consumer.pull(queue, "*", offset, BATCH);
            if (result.getMsgFoundList() != null) {
                into.addAll(result.getMsgFoundList());
            }
            if (result.getNextBeginOffset() <= offset) {
                throw new IllegalStateException(queue + " does not go on at offset " + offset + ": " + result);
            }
            offset = result.getNextBeginOffset();
        }
    }

    static Message message(String topic, String key, String body) {
        return new Message(topic, "", key, body.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        consumer.shutdown();
        producer.shutdown();
    }
}
