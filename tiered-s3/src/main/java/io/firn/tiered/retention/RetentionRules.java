package io.firn.tiered.retention;

import io.firn.spi.topic.Topic;
import io.firn.spi.topic.TopicAttributeSpec;
import io.firn.spi.topic.TopicView;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * How long a topic's archived messages are kept: its attribute {@code archive.retention}, else the plugin's setting for
 * its kind. Any
 * thread.
 */
public final class RetentionRules {
    /** The topic attribute. */
    public static final TopicAttributeSpec<Long> ATTRIBUTE = new TopicAttributeSpec<>(
            "archive.retention", Keep::parse, Keep.ALLOWED, Keep.UNSET, TopicAttributeSpec.Change.ALLOWED);

    private final TopicView topics;
    private final long defaultMs;
    private final long compactedMs;

    /**
     * Rules of these topics.
     *
     * @param fallback for topics that say nothing; zero: forever
     * @param compacted for those of them that are compacted, if that is shorter; zero: as for others
     */
    public RetentionRules(TopicView topics, Duration fallback, Duration compacted) {
        this.topics = topics;
        this.defaultMs = fallback.isZero() ? Keep.FOREVER : fallback.toMillis();
        this.compactedMs = compacted.isZero() ? defaultMs : Math.min(defaultMs, compacted.toMillis());
    }

    private long keepMs(Topic topic) {
        try {
            long own = topic.attribute(ATTRIBUTE);
            if (own == Keep.UNSET) {
                return "COMPACTION".equals(topic.attributes().get("cleanup.policy")) ? compactedMs : defaultMs;
            }
            return own;
        } catch (IllegalArgumentException e) {
            return Keep.FOREVER; // a text older than the attribute: rather keep what might be wanted
        }
    }

    /** The class of objects that new messages of a topic go into. */
    public String classOf(String topic) {
        return Keep.classOf(topics.get(topic).map(this::keepMs).orElse(defaultMs));
    }

    /** The rules of this moment. */
    Now now() {
        Map<String, Long> keep = new HashMap<>();
        long shortest = defaultMs;
        for (Topic topic : topics.all()) {
            long ms = keepMs(topic);
            keep.put(topic.name(), ms);
            shortest = Math.min(shortest, ms);
        }
        return new Now(Map.copyOf(keep), shortest);
    }

    /**
     * Rules of a moment.
     *
     * @param keepMs of each topic that is there
     * @param shortestMs of all topics and the plugin's setting
     */
    record Now(Map<String, Long> keepMs, long shortestMs) {
        /**
         * A topic's retention. One that is not there, deleted or not restored yet, has what its messages were archived
         * for: nothing goes early because a restore has not come to it.
         */
        long keep(String topic, String retentionClass) {
            Long known = keepMs.get(topic);
            return known == null ? Keep.ofClass(retentionClass) : known;
        }

        /** The shortest that anything in an object of this class may be kept. */
        long shortest(String retentionClass) {
            return Math.min(shortestMs, Keep.ofClass(retentionClass));
        }
    }
}
