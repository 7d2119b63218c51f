package io.firn.broker.wire.body;

import java.util.Comparator;

/** One queue of a topic on one broker. As a map key it is written as a raw object. */
public record MessageQueue(String topic, String brokerName, int queueId) implements Comparable<MessageQueue> {
    private static final Comparator<MessageQueue> ORDER = Comparator.comparing(MessageQueue::topic)
            .thenComparing(MessageQueue::brokerName)
            .thenComparingInt(MessageQueue::queueId);

    public MessageQueue {
        topic = Absent.text(topic);
        brokerName = Absent.text(brokerName);
    }

    /** By topic, broker, queue id: the order in which clients sort queues. */
    @Override
    public int compareTo(MessageQueue other) {
        return ORDER.compare(this, other);
    }
}
