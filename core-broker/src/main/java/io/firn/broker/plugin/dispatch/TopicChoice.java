package io.firn.broker.plugin.dispatch;

import io.firn.broker.topic.TopicName;
import io.firn.spi.topic.Topic;
import io.firn.spi.topic.TopicKind;
import io.firn.spi.topic.TopicLayout;
import io.firn.spi.topic.TopicSelector;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Which topics a selector chooses, asked once per topic and change. Any thread. */
final class TopicChoice {

    private static final UUID UNKNOWN = new UUID(0, 0);

    private final TopicSelector selector;
    private final Function<String, @Nullable Topic> topics;
    private final Map<String, Boolean> chosen = new ConcurrentHashMap<>();

    TopicChoice(TopicSelector selector, Function<String, @Nullable Topic> topics) {
        this.selector = selector;
        this.topics = topics;
    }

    boolean isChosen(String topic) {
        Boolean known = chosen.get(topic);
        return known != null ? known : chosen.computeIfAbsent(topic, this::ask);
    }

    /** A topic is new, other or gone. */
    void topicChanged(String topic) {
        chosen.remove(topic);
    }

    private boolean ask(String name) {
        Topic topic = topics.apply(name);
        return selector.test(topic == null ? deleted(name) : topic);
    }

    /** The log outlives its topics: what is known of one that is gone is its name. */
    private static Topic deleted(String name) {
        TopicKind kind = TopicKind.NORMAL;
        if (TopicName.isRetry(name)) {
            kind = TopicKind.RETRY;
        } else if (TopicName.isDlq(name)) {
            kind = TopicKind.DEAD_LETTER;
        } else if (TopicName.isSystem(name)) {
            kind = TopicKind.SYSTEM;
        }
        return new Topic(name, kind, TopicLayout.of(0), Map.of(), UNKNOWN);
    }
}
