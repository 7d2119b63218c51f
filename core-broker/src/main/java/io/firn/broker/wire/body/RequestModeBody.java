package io.firn.broker.wire.body;

/**
 * Request 401, and an entry of {@code messageRequestMode.json}: how a group's consumers get messages of a topic.
 *
 * @param mode {@code PULL} or {@code POP}
 * @param popShareQueueNum how many other members share a member's queues; 0 or less: all
 */
public record RequestModeBody(String topic, String consumerGroup, String mode, int popShareQueueNum) {
    public RequestModeBody {
        topic = Absent.text(topic);
        consumerGroup = Absent.text(consumerGroup);
        mode = Absent.text(mode);
    }
}
