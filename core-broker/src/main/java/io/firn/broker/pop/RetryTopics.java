package io.firn.broker.pop;

import io.firn.broker.topic.TopicName;

/**
 * Names of the topics through which popped messages come again, one of one queue for each topic of a group. There are two
 * forms of the name: {@code %RETRY%group_topic} (1) and {@code %RETRY%group+topic} (2).
 */
final class RetryTopics {

    /** The flag of messages from the topic itself, in receipt handles and answers. */
    static final int NORMAL = 0;

    static final int V1 = 1;
    static final int V2 = 2;

    private RetryTopics() {}

    static String v1(String group, String topic) {
        return TopicName.RETRY_PREFIX + group + '_' + topic;
    }

    static String v2(String group, String topic) {
        return TopicName.RETRY_PREFIX + group + '+' + topic;
    }

    /** The topic's own name when this is a pop retry topic of the group, else the name as it is. */
    static String normal(String group, String topic) {
        int name = TopicName.RETRY_PREFIX.length() + group.length();
        boolean isRetry = topic.startsWith(TopicName.RETRY_PREFIX + group)
                && topic.length() > name + 1
                && (topic.charAt(name) == '_' || topic.charAt(name) == '+');
        return isRetry ? topic.substring(name + 1) : topic;
    }
}
