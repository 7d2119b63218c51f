package io.firn.spi.topic;

/**
 * Names one queue. Immutable; any thread; good as a map key.
 *
 * @param topic the topic's name, not blank
 * @param queueId 0 or more
 * @since 1.0
 */
public record QueueRef(String topic, int queueId) {

    /**
     * Checks the components.
     *
     * @throws IllegalArgumentException when the topic is blank or the id negative
     * @since 1.0
     */
    public QueueRef {
        if (topic.isBlank()) {
            throw new IllegalArgumentException("a queue's topic is not blank");
        }
        if (queueId < 0) {
            throw new IllegalArgumentException("a queue id is 0 or more, not " + queueId + ", topic " + topic);
        }
    }

    /** {@code topic/queueId}, for logs. */
    @Override
    public String toString() {
        return topic + "/" + queueId;
    }
}
