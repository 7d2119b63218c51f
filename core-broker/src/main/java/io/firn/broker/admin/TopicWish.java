package io.firn.broker.admin;

import io.firn.broker.topic.AttributeUpdate;
import io.firn.broker.topic.FilterType;
import io.firn.broker.topic.Topic;
import io.firn.broker.topic.TopicName;
import io.firn.broker.topic.TopicRegistry;
import io.firn.broker.wire.ExtFields;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A topic as a tool wants it.
 *
 * @param topic without attributes
 * @param attributes what to do with its attributes
 */
record TopicWish(Topic topic, AttributeUpdate attributes) {

    private static final int DEFAULT_QUEUES = 16;

    /** Attribute values that would promise what this broker does not do. */
    private static final Map<String, String> UNSUPPORTED = Map.of("message.type", "MIXED", "queue.type", "BatchCQ");

    /** The wish in the header of request 17. */
    static TopicWish of(ExtFields ext) {
        Topic topic = new Topic(
                ext.required("topic"),
                ext.requiredInt("readQueueNums"),
                ext.requiredInt("writeQueueNums"),
                ext.requiredInt("perm"),
                filterType(ext.required("topicFilterType")),
                ext.intOr("topicSysFlag", 0),
                ext.booleanOr("order", false),
                Map.of());
        return new TopicWish(topic, AttributeUpdate.parse(ext.get("attributes")));
    }

    /** Refuses names that users may not create, and attributes this broker can not keep. */
    void check(TopicRegistry topics) {
        TopicName.validate(topic.name());
        if (topics.isSystem(topic.name())) {
            throw invalid("topic " + topic.name() + " belongs to the broker and cannot be changed");
        }
        UNSUPPORTED.forEach((name, value) -> {
            if (value.equals(attributes.set().get(name))) {
                throw invalid("topic attribute " + name + "=" + value + " is not supported");
            }
        });
    }

    private static FilterType filterType(String text) {
        for (FilterType type : FilterType.values()) {
            if (type.name().equals(text)) {
                return type;
            }
        }
        throw invalid("topicFilterType is '" + text + "': expected SINGLE_TAG or MULTI_TAG");
    }

    private static RequestException invalid(String remark) {
        return new RequestException(ResponseCode.INVALID_PARAMETER, remark);
    }

    /** One topic of the body of request 18; what is left out has RocketMQ's defaults. */
    record Json(
            @Nullable String topicName,
            @Nullable Integer readQueueNums,
            @Nullable Integer writeQueueNums,
            @Nullable Integer perm,
            @Nullable String topicFilterType,
            int topicSysFlag,
            boolean order,
            @Nullable Map<String, String> attributes) {

        TopicWish wish() {
            Topic topic = new Topic(
                    topicName == null ? "" : topicName,
                    readQueueNums == null ? DEFAULT_QUEUES : readQueueNums,
                    writeQueueNums == null ? DEFAULT_QUEUES : writeQueueNums,
                    perm == null ? Topic.READ | Topic.WRITE : perm,
                    topicFilterType == null ? FilterType.SINGLE_TAG : filterType(topicFilterType),
                    topicSysFlag,
                    order,
                    Map.of());
            return new TopicWish(
                    topic, attributes == null ? AttributeUpdate.NONE : AttributeUpdate.ofSigned(attributes));
        }
    }
}
