package io.firn.broker.group;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * How much each group was given of each topic since the start, counted once for each answer by whoever gives messages to
 * consumers. Any thread; counting for a pair seen before allocates nothing. In memory only.
 */
public final class Deliveries {

    private final Map<String, Map<String, Given>> groups = new ConcurrentHashMap<>();

    /** Of a broker that just started. */
    public Deliveries() {}

    /** Running totals of one group in one topic. */
    public static final class Given {
        private final LongAdder messages = new LongAdder();
        private final LongAdder bytes = new LongAdder();

        private Given() {}

        public long messages() {
            return messages.sum();
        }

        /** Bytes of records, as they are stored. */
        public long bytes() {
            return bytes.sum();
        }
    }

    /** Takes part in a walk over all pairs. */
    @FunctionalInterface
    public interface Visitor {
        void visit(String group, String topic, Given given);
    }

    /** A consumer got messages. Both names have been checked: they are of a group and a topic that exist. */
    public void count(String group, String topic, int messages, long bytes) {
        Map<String, Given> topics = groups.get(group);
        Given given = topics == null ? null : topics.get(topic);
        if (given == null) {
            given = add(group, topic);
        }
        given.messages.add(messages);
        given.bytes.add(bytes);
    }

    private Given add(String group, String topic) {
        return groups.computeIfAbsent(group, name -> new ConcurrentHashMap<>())
                .computeIfAbsent(topic, name -> new Given());
    }

    /** The totals of a group in a topic; null when it was given nothing yet. */
    public @Nullable Given find(String group, String topic) {
        Map<String, Given> topics = groups.get(group);
        return topics == null ? null : topics.get(topic);
    }

    /** Shows every pair to the visitor. */
    public void forEach(Visitor visitor) {
        groups.forEach((group, topics) -> topics.forEach((topic, given) -> visitor.visit(group, topic, given)));
    }

    /** Forgets a group. */
    public void removeGroup(String group) {
        groups.remove(group);
    }

    /** Forgets a topic. */
    public void removeTopic(String topic) {
        groups.values().forEach(topics -> topics.remove(topic));
    }
}
