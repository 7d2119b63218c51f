package io.firn.it.driver;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendCallback;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.common.message.MessageAccessor;
import org.apache.rocketmq.common.message.MessageQueue;

/** Producers and what they send. Commands come from the driver's main thread. */
final class Sends {

    private final String nameServer;
    private final Answers answers;
    private final Acknowledged acknowledged;
    private final Map<String, DefaultMQProducer> producers = new ConcurrentHashMap<>();

    Sends(String nameServer, Answers answers, Acknowledged acknowledged) {
        this.nameServer = nameServer;
        this.answers = answers;
        this.acknowledged = acknowledged;
    }

    /** {@code producer name=… [retries=2] [timeout=3000] [compressOver=4096] [nameServer=…]}. */
    void open(Line command) throws Exception {
        String name = command.get("name");
        DefaultMQProducer producer = new DefaultMQProducer("P_" + name);
        producer.setNamesrvAddr(command.get("nameServer", nameServer));
        producer.setInstanceName(name);
        producer.setRetryTimesWhenSendFailed(command.number("retries", 2));
        producer.setRetryTimesWhenSendAsyncFailed(command.number("retries", 2));
        producer.setSendMsgTimeout(command.number("timeout", 10_000));
        producer.setCompressMsgBodyOverHowmuch(command.number("compressOver", 4096));
        producer.setPollNameServerInterval(1_000);
        producer.setMqClientApiTimeout(DriverMain.PATIENCE_MS);
        producer.start();
        producers.put(name, producer);
    }

    DefaultMQProducer producer(String name) {
        DefaultMQProducer producer = producers.get(name);
        if (producer == null) {
            throw new IllegalArgumentException("no producer " + name);
        }
        return producer;
    }

    boolean close(String name) {
        DefaultMQProducer producer = producers.remove(name);
        if (producer != null) {
            producer.shutdown();
        }
        return producer != null;
    }

    /** {@code send producer=… mode=sync|async|oneway|batch topic=… prefix=… count=… [first= size= tags= keys= queue= …]}. */
    void send(Line command) throws Exception {
        DefaultMQProducer producer = producer(command.get("producer"));
        List<Message> messages = messages(command);
        switch (command.get("mode", "sync")) {
            case "sync" -> sendSync(producer, messages, command);
            case "async" -> sendAsync(producer, messages, command);
            case "oneway" -> sendOneway(producer, messages, command);
            case "batch" -> sendBatch(producer, messages, command);
            default -> throw new IllegalArgumentException("no such mode: " + command.get("mode"));
        }
    }

    private void sendSync(DefaultMQProducer producer, List<Message> messages, Line command) throws Exception {
        for (Message message : messages) {
            SendResult result = command.fields().containsKey("queue")
                    ? producer.send(message, queue(producer, command))
                    : producer.send(message);
            report(Payload.id(message.getBody()), result);
        }
    }

    private void sendAsync(DefaultMQProducer producer, List<Message> messages, Line command) throws Exception {
        CountDownLatch open = new CountDownLatch(messages.size());
        for (Message message : messages) {
            SendCallback callback = new Callback(Payload.id(message.getBody()), open);
            if (command.fields().containsKey("queue")) {
                producer.send(message, queue(producer, command), callback);
            } else {
                producer.send(message, callback);
            }
        }
        if (!open.await(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException(open.getCount() + " callbacks never came");
        }
    }

    private void sendOneway(DefaultMQProducer producer, List<Message> messages, Line command) throws Exception {
        for (Message message : messages) {
            if (command.fields().containsKey("queue")) {
                producer.sendOneway(message, queue(producer, command));
            } else {
                producer.sendOneway(message);
            }
        }
    }

    private void sendBatch(DefaultMQProducer producer, List<Message> messages, Line command) throws Exception {
        SendResult result = command.fields().containsKey("queue")
                ? producer.send(messages, queue(producer, command))
                : producer.send(messages);
        report(Payload.id(messages.get(0).getBody()), result);
    }

    /** The queue a command names. */
    static MessageQueue queue(DefaultMQProducer producer, Line command) throws Exception {
        int wanted = command.number("queue", 0);
        String topic = command.get("topic");
        for (MessageQueue queue : Routes.patiently(() -> producer.fetchPublishMessageQueues(topic))) {
            if (queue.getQueueId() == wanted) {
                return queue;
            }
        }
        throw new IllegalArgumentException("no queue " + wanted + " of " + command.get("topic"));
    }

    /**
     * The messages a send command describes; {@code props} is {@code key=value,key=value}, # the number. With
     * {@code keyspace=n} a # in {@code keys} is one of n numbers, scattered; each {@code tombstones=n}-th message deletes,
     * each {@code keyless=n}-th has no key.
     */
    static List<Message> messages(Line command) {
        int first = command.number("first", 0);
        int count = command.number("count", 1);
        int tombstones = command.number("tombstones", 0);
        int keyless = command.number("keyless", 0);
        List<Message> messages = new ArrayList<>(count);
        for (int i = first; i < first + count; i++) {
            String id = command.get("prefix") + "-" + i;
            Message message = new Message(command.get("topic"), Payload.of(id, command.number("size", 0)));
            if (!command.get("tags", "").isEmpty()) {
                String[] tags = command.get("tags").split(",", -1);
                message.setTags(tags[i % tags.length]);
            }
            if (!command.get("keys", "").isEmpty() && (keyless == 0 || i % keyless != 0)) {
                int key = KeyChoice.of(i, command.number("keyspace", 0));
                message.setKeys(command.get("keys").replace("#", String.valueOf(key)));
            }
            message.setFlag(command.number("flag", 0));
            if (tombstones > 0 && i % tombstones == 0) {
                message.putUserProperty("COMPACTION_TOMBSTONE", "true");
            }
            for (String pair : command.get("props", "").split(",", -1)) {
                int equals = pair.indexOf('=');
                if (equals > 0) {
                    MessageAccessor.putProperty(
                            message,
                            pair.substring(0, equals),
                            pair.substring(equals + 1).replace("#", String.valueOf(i)));
                }
            }
            messages.add(message);
        }
        return messages;
    }

    private void report(String id, SendResult result) {
        acknowledged.saw(result);
        answers.print(Answers.sent("row", id, result));
    }

    private final class Callback implements SendCallback {
        private final String id;
        private final CountDownLatch open;

        Callback(String id, CountDownLatch open) {
            this.id = id;
            this.open = open;
        }

        @Override
        public void onSuccess(SendResult result) {
            report(id, result);
            open.countDown();
        }

        @Override
        public void onException(Throwable e) {
            answers.print(Line.of("row", "id", id, "status", "EXCEPTION", "message", e.toString()));
            open.countDown();
        }
    }
}
