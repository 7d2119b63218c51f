package io.firn.compaction.store;

import java.util.UUID;

/**
 * Which queue, and which life of its topic.
 *
 * @param topic name of the topic
 * @param queueId number of the queue
 * @param incarnation differs between a topic and one made under the same name after it was deleted
 * @param keyProperty name of the property that holds the key
 */
public record QueueName(String topic, int queueId, UUID incarnation, String keyProperty) {

    @Override
    public String toString() {
        return topic + "/" + queueId;
    }
}
