package io.firn.broker.plugin.read;

import io.firn.broker.topic.Topic;
import io.firn.broker.topic.TopicName;
import io.firn.spi.topic.TopicKind;
import io.firn.spi.topic.TopicLayout;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** A topic as a selector sees it: without an incarnation that lasts. Any thread. */
public final class SeenTopic {

    private SeenTopic() {}

    public static io.firn.spi.topic.Topic of(Topic topic) {
        TopicLayout.Order order = topic.order() ? TopicLayout.Order.FIXED : TopicLayout.Order.FREE;
        int permissions = topic.perm() & (TopicLayout.READ | TopicLayout.WRITE);
        return new io.firn.spi.topic.Topic(
                topic.name(),
                kind(topic.name()),
                new TopicLayout(topic.readQueues(), topic.writeQueues(), permissions, topic.sysFlag(), order),
                topic.attributes(),
                UUID.nameUUIDFromBytes(topic.name().getBytes(StandardCharsets.UTF_8)));
    }

    private static TopicKind kind(String name) {
        if (name.startsWith(TopicName.RETRY_PREFIX)) {
            return TopicKind.RETRY;
        }
        if (name.startsWith(TopicName.DLQ_PREFIX)) {
            return TopicKind.DEAD_LETTER;
        }
        return TopicName.isSystem(name) ? TopicKind.SYSTEM : TopicKind.NORMAL;
    }
}
