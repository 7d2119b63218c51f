package io.firn.tiered.state;

import io.firn.spi.topic.Group;
import io.firn.spi.topic.GroupView;
import io.firn.spi.topic.QueueRef;
import io.firn.spi.topic.Topic;
import io.firn.spi.topic.TopicView;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a broker knows besides messages. Immutable; equal states have equal bytes.
 *
 * @param topics by name
 * @param groups by name
 */
public record BrokerState(List<Topic> topics, List<Committed> groups) {
    private static final Comparator<QueueRef> BY_NAME =
            Comparator.comparing(QueueRef::topic).thenComparingInt(QueueRef::queueId);

    public BrokerState {
        topics = topics.stream().sorted(Comparator.comparing(Topic::name)).toList();
        groups = groups.stream()
                .sorted(Comparator.comparing(committed -> committed.group.name()))
                .toList();
    }

    /**
     * A group and what it reads next.
     *
     * @param offsets by queue
     */
    public record Committed(Group group, Map<QueueRef, Long> offsets) {
        public Committed {
            offsets = Map.copyOf(offsets);
        }

        SortedMap<QueueRef, Long> sorted() {
            SortedMap<QueueRef, Long> sorted = new TreeMap<>(BY_NAME);
            sorted.putAll(offsets);
            return sorted;
        }
    }

    /** The broker's state of this moment. */
    public static BrokerState of(TopicView topics, GroupView groups) {
        return new BrokerState(
                List.copyOf(topics.all()),
                groups.all().stream()
                        .map(group -> new Committed(group, groups.committed(group.name())))
                        .toList());
    }
}
