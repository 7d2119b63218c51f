package io.firn.it.compaction;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.firn.it.harness.HostPort;
import io.firn.it.harness.RawClient;
import io.firn.it.harness.RawFrame;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Creates topics with attributes and groups that pop, without the seconds that a tool's process takes. */
final class Topics {

    private static final int UPDATE_AND_CREATE_TOPIC = 17;

    private static final int QUERY_CONSUMER_OFFSET = 14;
    private static final Pattern OFFSET = Pattern.compile("\"offset\":\"?(\\d+)");
    private static final int UPDATE_GROUP = 200;
    private static final int SET_REQUEST_MODE = 401;

    private Topics() {}

    /** Makes the group; its consumers pop this topic. */
    static void makePopping(HostPort broker, String group, String topic) {
        String config = "{\"groupName\":\"%s\"}".formatted(group);
        String mode = "{\"topic\":\"%s\",\"consumerGroup\":\"%s\",\"mode\":\"POP\",\"popShareQueueNum\":0}"
                .formatted(topic, group);
        try (RawClient raw = new RawClient(broker)) {
            RawFrame made = raw.call(RawFrame.request(UPDATE_GROUP, 1, config.getBytes(UTF_8)));
            assertThat(made.code()).as(made.header()).isZero();
            RawFrame set = raw.call(RawFrame.request(SET_REQUEST_MODE, 2, mode.getBytes(UTF_8)));
            assertThat(set.code()).as(set.header()).isZero();
        }
    }

    /** Up to where a group has acknowledged queue 0, -1 when nowhere; without becoming a member of it. */
    static long committed(HostPort broker, String group, String topic) {
        try (RawClient raw = new RawClient(broker)) {
            RawFrame answer = raw.call(QUERY_CONSUMER_OFFSET, "consumerGroup", group, "topic", topic, "queueId", "0");
            Matcher offset = OFFSET.matcher(answer.header());
            return offset.find() ? Long.parseLong(offset.group(1)) : -1;
        }
    }

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
