package io.firn.broker.plugin.plane;

import io.firn.broker.topic.TopicName;
import io.firn.broker.topic.TopicRegistry;
import io.firn.spi.topic.Topic;
import io.firn.spi.topic.TopicKind;
import io.firn.spi.topic.TopicLayout;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The broker's topics as selectors see them; which incarnation a topic is does not matter to them. */
public final class TopicSight {

    private static final UUID ANY = new UUID(0, 0);

    private TopicSight() {}

    /** A topic as it is now; null when there is none. */
    public static Function<String, @Nullable Topic> of(TopicRegistry registry) {
        return name -> {
            io.firn.broker.topic.Topic topic = registry.find(name);
            return topic == null ? null : view(topic, kind(name, registry));
        };
    }

    private static Topic view(io.firn.broker.topic.Topic topic, TopicKind kind) {
        TopicLayout layout = new TopicLayout(
                topic.readQueues(),
                topic.writeQueues(),
                topic.perm() & (TopicLayout.READ | TopicLayout.WRITE),
                topic.sysFlag(),
                topic.order() ? TopicLayout.Order.FIXED : TopicLayout.Order.FREE);
        return new Topic(topic.name(), kind, layout, topic.attributes(), ANY);
    }

    private static TopicKind kind(String name, TopicRegistry registry) {
        if (TopicName.isRetry(name)) {
            return TopicKind.RETRY;
        }
        if (TopicName.isDlq(name)) {
            return TopicKind.DEAD_LETTER;
        }
        return registry.isSystem(name) ? TopicKind.SYSTEM : TopicKind.NORMAL;
    }
}
