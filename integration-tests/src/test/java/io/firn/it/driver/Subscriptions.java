package io.firn.it.driver;

import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.rocketmq.client.consumer.DefaultLitePullConsumer;
import org.apache.rocketmq.client.consumer.DefaultMQPushConsumer;
import org.apache.rocketmq.client.consumer.MessageSelector;
import org.apache.rocketmq.client.consumer.listener.ConsumeConcurrentlyStatus;
import org.apache.rocketmq.client.consumer.listener.ConsumeOrderlyStatus;
import org.apache.rocketmq.client.consumer.listener.MessageListenerConcurrently;
import org.apache.rocketmq.client.consumer.listener.MessageListenerOrderly;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.common.UtilAll;
import org.apache.rocketmq.common.consumer.ConsumeFromWhere;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;

/** Push and lite-pull consumers; each message they get becomes an event with {@code consumer=name}. */
final class Subscriptions {

    /** The shortest that the client takes. */
    private static final long LEAST_INVISIBLE_MS = 5_000;

    private final String nameServer;
    private final Answers answers;
    private final Map<String, Runnable> closers = new ConcurrentHashMap<>();
    private final Map<String, DefaultLitePullConsumer> seekable = new ConcurrentHashMap<>();

    Subscriptions(String nameServer, Answers answers) {
        this.nameServer = nameServer;
        this.answers = answers;
    }

    boolean close(String name) {
        Runnable closer = closers.remove(name);
        if (closer != null) {
            closer.run();
        }
        return closer != null;
    }

    /**
     * {@code push name= group= topic= [expr=*] [type=TAG|SQL92] [model=CLUSTERING] [from=FIRST|LAST|millis] [order=true]
     * [fail=n] [max=n] [assigned=true]}: fails until a message came {@code fail} times before; {@code max} is the
     * consumer's maxReconsumeTimes; {@code assigned}: the broker says how it gets messages, and when it pops, what fails
     * comes again after a second. Only version 5 knows that.
     */
    void push(Line command) throws Exception {
        String name = command.get("name");
        DefaultMQPushConsumer consumer = new DefaultMQPushConsumer(command.get("group"));
        consumer.setNamesrvAddr(nameServer);
        consumer.setInstanceName(name);
        consumer.setPollNameServerInterval(1_000);
        consumer.setMqClientApiTimeout(DriverMain.PATIENCE_MS);
        consumer.setPersistConsumerOffsetInterval(1_000);
        consumer.setConsumeThreadMin(4);
        consumer.setConsumeThreadMax(4);
        consumer.subscribe(command.get("topic"), selector(command));
        setModel(consumer, command.get("model", "CLUSTERING"));
        String from = command.get("from", "LAST");
        consumer.setConsumeFromWhere(fromWhere(from));
        if (Character.isDigit(from.charAt(0))) {
            consumer.setConsumeTimestamp(UtilAll.timeMillisToHumanString3(Long.parseLong(from)));
        }
        int failures = command.number("fail", 0);
        consumer.setMaxReconsumeTimes(command.number("max", -1));
        if (Boolean.parseBoolean(command.get("order", "false"))) {
            consumer.registerMessageListener((MessageListenerOrderly) (messages, context) -> {
                print(name, messages);
                return messages.get(0).getReconsumeTimes() < failures
                        ? ConsumeOrderlyStatus.SUSPEND_CURRENT_QUEUE_A_MOMENT
                        : ConsumeOrderlyStatus.SUCCESS;
            });
        } else {
            consumer.registerMessageListener((MessageListenerConcurrently) (messages, context) -> {
                print(name, messages);
                return messages.get(0).getReconsumeTimes() < failures
                        ? ConsumeConcurrentlyStatus.RECONSUME_LATER
                        : ConsumeConcurrentlyStatus.CONSUME_SUCCESS;
            });
        }
        if (Boolean.parseBoolean(command.get("assigned", "false"))) {
            letBrokerAssign(consumer);
        }
        try {
            consumer.start();
        } catch (MQClientException e) {
            // told by a broker that it does not like the subscription, when all else runs already
            consumer.shutdown();
            throw e;
        }
        closers.put(name, consumer::shutdown);
    }

    /**
     * {@code litepull name= group= topic= [expr=*] [type=TAG|SQL92] [from=FIRST]}: polls on its own thread and commits by
     * itself.
     */
    void litePull(Line command) throws Exception {
        String name = command.get("name");
        DefaultLitePullConsumer consumer = new DefaultLitePullConsumer(command.get("group"));
        consumer.setNamesrvAddr(nameServer);
        consumer.setInstanceName(name);
        consumer.setPollNameServerInterval(1_000);
        consumer.setMqClientApiTimeout(DriverMain.PATIENCE_MS);
        consumer.setAutoCommitIntervalMillis(1_000);
        consumer.setConsumeFromWhere(fromWhere(command.get("from", "FIRST")));
        consumer.subscribe(command.get("topic"), selector(command));
        consumer.start();
        Polling polling = new Polling(consumer, name);
        polling.start();
        seekable.put(name, consumer);
        closers.put(name, () -> {
            seekable.remove(name);
            polling.end();
            consumer.shutdown();
        });
    }

    /** {@code seek name= topic= to=begin|end|offset}: moves a lite-pull consumer in all queues of the topic. */
    void seek(Line command) throws Exception {
        DefaultLitePullConsumer consumer = seekable.get(command.get("name"));
        if (consumer == null) {
            throw new IllegalArgumentException("no lite-pull consumer " + command.get("name"));
        }
        String to = command.get("to");
        for (MessageQueue queue : consumer.fetchMessageQueues(command.get("topic"))) {
            switch (to) {
                case "begin" -> consumer.seekToBegin(queue);
                case "end" -> consumer.seekToEnd(queue);
                default -> consumer.seek(queue, Long.parseLong(to));
            }
        }
    }

    private static MessageSelector selector(Line command) {
        String expression = command.get("expr", "*");
        return command.get("type", "TAG").equals("TAG")
                ? MessageSelector.byTag(expression)
                : MessageSelector.bySql(expression);
    }

    private static ConsumeFromWhere fromWhere(String from) {
        return switch (from) {
            case "FIRST" -> ConsumeFromWhere.CONSUME_FROM_FIRST_OFFSET;
            case "LAST" -> ConsumeFromWhere.CONSUME_FROM_LAST_OFFSET;
            default -> ConsumeFromWhere.CONSUME_FROM_TIMESTAMP;
        };
    }

    // version 4 knows none of this; the delays after a failure, 10 seconds and more, are no setting
    private static void letBrokerAssign(DefaultMQPushConsumer consumer) throws ReflectiveOperationException {
        Class<?> type = DefaultMQPushConsumer.class;
        type.getMethod("setClientRebalance", boolean.class).invoke(consumer, false);
        type.getMethod("setPopInvisibleTime", long.class).invoke(consumer, LEAST_INVISIBLE_MS);
        Object inner = type.getMethod("getDefaultMQPushConsumerImpl").invoke(consumer);
        Field delays = inner.getClass().getDeclaredField("popDelayLevel");
        delays.setAccessible(true);
        Arrays.fill((int[]) delays.get(inner), 1);
    }

    // the enum moved to another package in 5.x; nothing else the driver uses did
    private static void setModel(DefaultMQPushConsumer consumer, String model) throws ReflectiveOperationException {
        for (Method method : DefaultMQPushConsumer.class.getMethods()) {
            if (method.getName().equals("setMessageModel")) {
                for (Object constant : method.getParameterTypes()[0].getEnumConstants()) {
                    if (constant.toString().equals(model)) {
                        method.invoke(consumer, constant);
                        return;
                    }
                }
            }
        }
        throw new IllegalArgumentException("no message model " + model);
    }

    private void print(String consumer, List<MessageExt> messages) {
        for (MessageExt message : messages) {
            answers.print(Answers.message("event", message)
                    .with("what", "msg")
                    .with("consumer", consumer)
                    .with("thread", Thread.currentThread().getName()));
        }
    }

    private final class Polling extends Thread {
        private final DefaultLitePullConsumer consumer;
        private final String consumerName;
        private volatile boolean running = true;

        Polling(DefaultLitePullConsumer consumer, String consumerName) {
            super("poll-" + consumerName);
            this.consumer = consumer;
            this.consumerName = consumerName;
        }

        @Override
        public void run() {
            while (running) {
                print(consumerName, consumer.poll(200));
            }
        }

        void end() {
            running = false;
            try {
                join();
                consumer.commitSync();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
