package io.firn.it.compaction;

import io.firn.it.harness.HostPort;
import io.firn.it.harness.RawClient;
import io.firn.it.harness.RawFrame;

/** Creates topics with attributes, without the seconds that a tool's process takes. */
final class Topics {

    private static final int UPDATE_AND_CREATE_TOPIC = 17;

    private Topics() {}

    /** The broker's answer; its code is 0 when the topic is there. */
    static RawFrame create(HostPort broker, String topic, int queues, String attributes) {
        String count = String.valueOf(queues);
        try (RawClient raw = new RawClient(broker)) {
            return raw.call(
                    UPDATE_AND_CREATE_TOPIC,
                    "topic",
                    topic,
                    "defaultTopic",
                    "TBW102",
                    "readQueueNums",
                    count,
                    "writeQueueNums",
                    count,
                    "perm",
                    "6",
                    "topicFilterType",
                    "SINGLE_TAG",
                    "topicSysFlag",
                    "0",
                    "order",
                    "false",
                    "attributes",
                    attributes);
        }
    }
}
