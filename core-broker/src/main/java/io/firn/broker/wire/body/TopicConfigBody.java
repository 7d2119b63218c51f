package io.firn.broker.wire.body;

import java.util.Map;

/**
 * The settings of one topic.
 *
 * @param perm bits 8 priority, 4 read, 2 write, 1 inherit
 * @param topicFilterType {@code SINGLE_TAG} or {@code MULTI_TAG}
 * @param attributes without the signs they are sent with
 */
public record TopicConfigBody(
        String topicName,
        int readQueueNums,
        int writeQueueNums,
        int perm,
        String topicFilterType,
        int topicSysFlag,
        boolean order,
        Map<String, String> attributes) {
    public TopicConfigBody {
        topicName = Absent.text(topicName);
        topicFilterType = Absent.or(topicFilterType, "SINGLE_TAG");
        attributes = Absent.map(attributes);
    }
}
