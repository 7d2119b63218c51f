package io.firn.compaction;

import io.firn.compaction.frame.RecordKey;
import io.firn.compaction.pass.Policy;
import io.firn.compaction.queue.TopicPolicy;
import io.firn.spi.topic.Topic;
import io.firn.spi.topic.TopicAttributeSpec;
import io.firn.spi.topic.TopicAttributeSpec.Change;
import io.firn.spi.topic.TopicSelector;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** The topic attributes of this plugin, and what they mean together. */
final class TopicAttributes {

    /** Topics that are compacted. */
    static final TopicSelector COMPACTED = TopicSelector.attribute("cleanup.policy", "COMPACTION");

    static final String PREFIX = "compaction.";

    private static final String MILLIS = "milliseconds, 0.." + Long.MAX_VALUE / 4;

    private static final TopicAttributeSpec<Long> MIN_LAG = millis("min.lag.ms", Policy.NORMAL.minLag());
    private static final TopicAttributeSpec<Long> MAX_LAG = millis("max.lag.ms", Policy.NORMAL.maxLag());
    private static final TopicAttributeSpec<Long> DELETE_RETENTION =
            millis("delete.retention.ms", Policy.NORMAL.retention().tombstone());
    private static final TopicAttributeSpec<Long> ERASE_WITHIN =
            millis("erase.within.ms", Policy.NORMAL.retention().eraseWithin());
    private static final TopicAttributeSpec<Long> EXPIRE = new TopicAttributeSpec<>(
            PREFIX + "expire.ms", TopicAttributes::expiry, "-1 (never) or " + MILLIS, -1L, Change.ALLOWED);
    private static final TopicAttributeSpec<Double> DEAD_RATIO = new TopicAttributeSpec<>(
            PREFIX + "dead.ratio", TopicAttributes::ratio, "above 0, at most 1", 0.5, Change.ALLOWED);
    private static final TopicAttributeSpec<String> KEY = new TopicAttributeSpec<>(
            PREFIX + "key",
            TopicAttributes::property,
            "KEYS or the name of a user property",
            RecordKey.KEYS,
            Change.REFUSED);
    private static final TopicAttributeSpec<List<String>> WAIT_GROUPS = new TopicAttributeSpec<>(
            PREFIX + "delete.wait.groups",
            TopicAttributes::groups,
            "names of consumer groups, separated by semicolons",
            List.of(),
            Change.ALLOWED);
    private static final TopicAttributeSpec<Boolean> ALLOW_QUEUE_CHANGE = new TopicAttributeSpec<>(
            PREFIX + "allow.queue.change", TopicAttributes::flag, "true or false", false, Change.ALLOWED);
    private static final TopicAttributeSpec<Boolean> THROTTLE_PRODUCERS = new TopicAttributeSpec<>(
            PREFIX + "throttle.producers", TopicAttributes::flag, "true or false", false, Change.ALLOWED);

    /** All of them, for registration. */
    static final List<TopicAttributeSpec<?>> ALL = List.of(
            MIN_LAG,
            MAX_LAG,
            DELETE_RETENTION,
            ERASE_WITHIN,
            EXPIRE,
            DEAD_RATIO,
            KEY,
            WAIT_GROUPS,
            ALLOW_QUEUE_CHANGE,
            THROTTLE_PRODUCERS);

    private TopicAttributes() {}

    private static TopicAttributeSpec<Long> millis(String name, Duration usual) {
        Function<String, Long> parser = text -> number(text, 0);
        return new TopicAttributeSpec<>(PREFIX + name, parser, MILLIS, usual.toMillis(), Change.ALLOWED);
    }

    private static long number(String text, long least) {
        long value = Long.parseLong(text.trim());
        if (value < least || value > Long.MAX_VALUE / 4) {
            throw new IllegalArgumentException("out of range");
        }
        return value;
    }

    private static Long expiry(String text) {
        return number(text, -1);
    }

    private static Double ratio(String text) {
        double value = Double.parseDouble(text.trim());
        if (!(value > 0 && value <= 1)) {
            throw new IllegalArgumentException("out of range");
        }
        return value;
    }

    private static String property(String text) {
        String name = text.trim();
        if (name.isEmpty() || name.indexOf('\u0001') >= 0 || name.indexOf('\u0002') >= 0) {
            throw new IllegalArgumentException("not the name of a property");
        }
        return name;
    }

    private static List<String> groups(String text) {
        List<String> names = Arrays.stream(text.split(";"))
                .map(String::trim)
                .filter(name -> !name.isEmpty())
                .toList();
        if (names.isEmpty()) {
            throw new IllegalArgumentException("no group is named");
        }
        return names;
    }

    private static Boolean flag(String text) {
        return switch (text.trim()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("neither true nor false");
        };
    }

    /** Whether the number of queues of a compacted topic may change. */
    static boolean allowsQueueChange(Topic topic) {
        return topic.attribute(ALLOW_QUEUE_CHANGE);
    }

    /** Whether producers are held back while compaction is far behind. */
    static boolean throttlesProducers(Topic topic) {
        return topic.attribute(THROTTLE_PRODUCERS);
    }

    /** What a topic wants; throws {@link IllegalArgumentException} when its attributes contradict each other. */
    static TopicPolicy policy(Topic topic) {
        Policy.Retention retention = new Policy.Retention(
                Duration.ofMillis(topic.attribute(DELETE_RETENTION)),
                Duration.ofMillis(topic.attribute(ERASE_WITHIN)),
                Duration.ofMillis(topic.attribute(EXPIRE)),
                topic.attribute(WAIT_GROUPS));
        Policy policy = new Policy(
                Duration.ofMillis(topic.attribute(MIN_LAG)),
                Duration.ofMillis(topic.attribute(MAX_LAG)),
                topic.attribute(DEAD_RATIO),
                retention);
        return new TopicPolicy(topic.attribute(KEY), policy);
    }
}
