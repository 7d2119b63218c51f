package io.firn.compaction.store;

/**
 * Which queue, and which life of its topic.
 *
 * @param topic name of the topic
 * @param queueId number of the queue
 * @param epoch changes when the topic is deleted and made again; 0 when the broker has no such number
 * @param keyProperty name of the property that holds the key
 */
public record QueueName(String topic, int queueId, long epoch, String keyProperty) {

    @Override
    public String toString() {
        return topic + "/" + queueId;
    }
}
