package io.firn.spi.topic;

import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Chooses topics. The broker asks it when a topic is made or changed, never per message, so topics that are not chosen
 * cost nothing. Immutable; any thread.
 *
 * @since 1.0
 */
public final class TopicSelector {

    private static final TopicSelector ALL = new TopicSelector("all", topic -> topic.kind() != TopicKind.SYSTEM);
    private static final TopicSelector EVERYTHING = new TopicSelector("everything", topic -> true);

    private final String text;
    private final Predicate<Topic> test;

    private TopicSelector(String text, Predicate<Topic> test) {
        this.text = text;
        this.test = test;
    }

    /**
     * All topics but the broker's own.
     *
     * @since 1.0
     */
    public static TopicSelector all() {
        return ALL;
    }

    /**
     * All topics, the broker's own too: for archives that have to be complete.
     *
     * @since 1.0
     */
    public static TopicSelector everything() {
        return EVERYTHING;
    }

    /**
     * The topics of these names.
     *
     * @throws IllegalArgumentException when there is no name
     * @since 1.0
     */
    public static TopicSelector named(String... names) {
        if (names.length == 0) {
            throw new IllegalArgumentException("no topic is named; for all topics use all()");
        }
        Set<String> wanted = Set.copyOf(Set.of(names));
        return new TopicSelector("named " + new TreeSet<>(wanted), topic -> wanted.contains(topic.name()));
    }

    /**
     * Topics, the broker's own excepted, whose whole name fits: {@code *} stands for any characters, {@code ?} for one.
     *
     * @throws IllegalArgumentException when the pattern is blank
     * @since 1.0
     */
    public static TopicSelector matching(String glob) {
        if (glob.isBlank()) {
            throw new IllegalArgumentException("a topic pattern is not blank");
        }
        StringBuilder regex = new StringBuilder();
        for (int i = 0; i < glob.length(); i++) {
            char c = glob.charAt(i);
            regex.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
        }
        Pattern pattern = Pattern.compile(regex.toString());
        return new TopicSelector(
                "matching " + glob,
                topic -> topic.kind() != TopicKind.SYSTEM
                        && pattern.matcher(topic.name()).matches());
    }

    /**
     * Topics that have this attribute set to this text.
     *
     * @since 1.0
     */
    public static TopicSelector attribute(String name, String value) {
        return new TopicSelector(
                name + "=" + value, topic -> value.equals(topic.attributes().get(name)));
    }

    /**
     * Topics of this kind.
     *
     * @since 1.0
     */
    public static TopicSelector kind(TopicKind kind) {
        return new TopicSelector("kind " + kind, topic -> topic.kind() == kind);
    }

    /**
     * Topics that both choose.
     *
     * @since 1.0
     */
    public TopicSelector and(TopicSelector other) {
        return new TopicSelector("(" + text + " and " + other.text + ")", test.and(other.test));
    }

    /**
     * Topics that either chooses.
     *
     * @since 1.0
     */
    public TopicSelector or(TopicSelector other) {
        return new TopicSelector("(" + text + " or " + other.text + ")", test.or(other.test));
    }

    /**
     * Topics that this one chooses and {@code other} does not.
     *
     * @since 1.0
     */
    public TopicSelector except(TopicSelector other) {
        return new TopicSelector("(" + text + " except " + other.text + ")", test.and(other.test.negate()));
    }

    /**
     * Whether the topic is chosen. Does not block.
     *
     * @since 1.0
     */
    public boolean test(Topic topic) {
        return test.test(topic);
    }

    /** What it chooses, for operators. */
    @Override
    public String toString() {
        return text;
    }
}
