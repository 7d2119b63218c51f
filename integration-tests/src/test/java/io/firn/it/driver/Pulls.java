package io.firn.it.driver;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.rocketmq.client.consumer.DefaultMQPullConsumer;
import org.apache.rocketmq.client.consumer.PullResult;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.common.message.MessageExt;
import org.apache.rocketmq.common.message.MessageQueue;

/** What the plain pull consumer can do: queues, offsets, single pulls, and reading a topic from end to end. */
@SuppressWarnings("deprecation") // the plain pull consumer is deprecated, used, and to be served
final class Pulls {

    /** What the client says when a query finds nothing. */
    private static final int NO_MESSAGE = 208;

    private final String nameServer;
    private final Answers answers;
    private final Acknowledged acknowledged;
    private final Map<String, DefaultMQPullConsumer> consumers = new ConcurrentHashMap<>();

    Pulls(String nameServer, Answers answers, Acknowledged acknowledged) {
        this.nameServer = nameServer;
        this.answers = answers;
        this.acknowledged = acknowledged;
    }

    void closeAll() {
        consumers.values().forEach(DefaultMQPullConsumer::shutdown);
        consumers.clear();
    }

    /** {@code queues topic= [group=]}: a row for each queue with its limits and the group's committed offset (-1: none). */
    void queues(Line command) throws Exception {
        String group = command.get("group", "G_queues");
        DefaultMQPullConsumer consumer = consumer(group);
        for (MessageQueue queue : sorted(consumer, command.get("topic"))) {
            answers.print(Line.of(
                    "row",
                    "queue",
                    queue.getQueueId(),
                    "broker",
                    queue.getBrokerName(),
                    "min",
                    consumer.minOffset(queue),
                    "max",
                    consumer.maxOffset(queue),
                    "committed",
                    consumer.fetchConsumeOffset(queue, true)));
        }
        if (command.fields().containsKey("group")) {
            // a member takes part in rebalancing: do not stay one
            consumer.shutdown();
            consumers.remove(group);
        }
    }

    /** {@code search topic= queue= time=}: first offset stored at or after the time. */
    Line search(Line command) throws Exception {
        DefaultMQPullConsumer consumer = consumer("G_search");
        MessageQueue queue = queue(consumer, command);
        return Line.of("ok", "offset", consumer.searchOffset(queue, command.number("time")));
    }

    /** {@code query topic= (key= [max=32] | id=)}: a row for each message with this key, or with this unique id. */
    void query(Line command) throws Exception {
        DefaultMQPullConsumer consumer = consumer("G_query");
        String topic = command.get("topic");
        try {
            if (command.fields().containsKey("id")) {
                MessageExt found =
                        consumer.getDefaultMQPullConsumerImpl().queryMessageByUniqKey(topic, command.get("id"));
                print(found == null ? List.of() : List.of(found));
            } else {
                print(consumer.queryMessage(topic, command.get("key"), command.number("max", 32), 0, Long.MAX_VALUE)
                        .getMessageList());
            }
        } catch (MQClientException e) {
            if (e.getResponseCode() != NO_MESSAGE) {
                throw e;
            }
        }
    }

    /** {@code pull group= topic= queue= offset= [max=32] [expr=*] [commit=offset]}: one pull request. */
    Line pull(Line command) throws Exception {
        DefaultMQPullConsumer consumer = consumer(command.get("group"));
        MessageQueue queue = queue(consumer, command);
        PullResult result =
                consumer.pull(queue, command.get("expr", "*"), command.number("offset"), command.number("max", 32));
        print(result.getMsgFoundList());
        if (command.fields().containsKey("commit")) {
            consumer.updateConsumeOffset(queue, command.number("commit"));
            consumer.getDefaultMQPullConsumerImpl().getOffsetStore().persist(queue);
        }
        return Line.of(
                "ok",
                "status",
                result.getPullStatus(),
                "next",
                result.getNextBeginOffset(),
                "min",
                result.getMinOffset(),
                "max",
                result.getMaxOffset());
    }

    /**
     * {@code drain topic= [from=queue:offset,queue:offset]}: a row for every message up to the ends seen at the start,
     * which are at least those this driver's sends were told of.
     */
    void drain(Line command) throws Exception {
        DefaultMQPullConsumer consumer = consumer("G_drain");
        for (MessageQueue queue : sorted(consumer, command.get("topic"))) {
            long end = end(consumer, queue);
            long offset = Math.max(consumer.minOffset(queue), startOf(command.get("from", ""), queue.getQueueId()));
            while (offset < end) {
                PullResult result = consumer.pull(queue, "*", offset, 32);
                print(result.getMsgFoundList());
                if (result.getNextBeginOffset() <= offset) {
                    throw new IllegalStateException(result + " at " + offset + " of " + end + " in " + queue);
                }
                offset = result.getNextBeginOffset();
            }
        }
    }

    private long end(DefaultMQPullConsumer consumer, MessageQueue queue) throws Exception {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(DriverMain.PATIENCE_MS);
        for (; ; ) {
            long end = consumer.maxOffset(queue);
            if (end >= acknowledged.end(queue)) {
                return end;
            }
            if (System.nanoTime() > deadline) {
                throw new IllegalStateException(
                        queue + " ends at " + end + ", acknowledged were " + acknowledged.end(queue));
            }
        }
    }

    private static long startOf(String list, int queueId) {
        for (String entry : list.split(",", -1)) {
            String[] parts = entry.split(":", -1);
            if (parts.length == 2 && Integer.parseInt(parts[0]) == queueId) {
                return Long.parseLong(parts[1]);
            }
        }
        return 0;
    }

    private void print(List<MessageExt> messages) {
        if (messages != null) {
            messages.forEach(message -> answers.print(Answers.message("row", message)));
        }
    }

    private static List<MessageQueue> sorted(DefaultMQPullConsumer consumer, String topic) throws Exception {
        return Routes.patiently(() -> consumer.fetchSubscribeMessageQueues(topic)).stream()
                .sorted(Comparator.comparing(MessageQueue::getBrokerName).thenComparingInt(MessageQueue::getQueueId))
                .toList();
    }

    private static MessageQueue queue(DefaultMQPullConsumer consumer, Line command) throws Exception {
        for (MessageQueue queue : sorted(consumer, command.get("topic"))) {
            if (queue.getQueueId() == command.number("queue")) {
                return queue;
            }
        }
        throw new IllegalArgumentException("no queue " + command.get("queue") + " of " + command.get("topic"));
    }

    private DefaultMQPullConsumer consumer(String group) throws Exception {
        DefaultMQPullConsumer known = consumers.get(group);
        if (known != null) {
            return known;
        }
        DefaultMQPullConsumer consumer = new DefaultMQPullConsumer(group);
        consumer.setNamesrvAddr(nameServer);
        consumer.setInstanceName("pull-" + group);
        consumer.setMqClientApiTimeout(DriverMain.PATIENCE_MS);
        consumer.setConsumerPullTimeoutMillis(DriverMain.PATIENCE_MS);
        consumer.start();
        consumers.put(group, consumer);
        return consumer;
    }
}
