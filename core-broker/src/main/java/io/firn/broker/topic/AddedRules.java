package io.firn.broker.topic;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Topic attributes and checks beside the broker's own: they come and go with their owner while the broker runs. Any
 * thread; asked on {@code firn-control}.
 */
public final class AddedRules {

    private final Map<String, Attribute> attributes = new ConcurrentHashMap<>();
    private final List<Check> checks = new CopyOnWriteArrayList<>();

    AddedRules() {}

    /** Whether an attribute may change on a topic that exists. */
    public enum Change {
        ALLOWED,
        REFUSED
    }

    /**
     * One attribute.
     *
     * @param owner for messages
     * @param problem text to what is wrong with it, null when nothing is; must not block
     */
    public record Attribute(String name, String owner, Function<String, @Nullable String> problem, Change change) {}

    /** Looks at a topic as a whole. */
    @FunctionalInterface
    public interface Check {

        /** What is wrong with the topic, null when nothing is; must not block. */
        @Nullable
        String problem(@Nullable Topic before, Topic after);
    }

    /**
     * Makes an attribute known.
     *
     * @throws IllegalArgumentException when there is one of that name
     */
    public void add(Attribute attribute) {
        if (TopicRules.isOwn(attribute.name())) {
            throw new IllegalArgumentException("the broker has a topic attribute " + attribute.name() + " of its own");
        }
        Attribute other = attributes.putIfAbsent(attribute.name(), attribute);
        if (other != null) {
            throw new IllegalArgumentException("topic attribute " + attribute.name() + " is wanted by "
                    + attribute.owner() + " and already added by " + other.owner());
        }
    }

    public void remove(Attribute attribute) {
        attributes.remove(attribute.name(), attribute);
    }

    public void add(Check check) {
        checks.add(check);
    }

    public void remove(Check check) {
        checks.remove(check);
    }

    @Nullable
    Attribute find(String name) {
        return attributes.get(name);
    }

    /** Names of all, for messages. */
    Set<String> names() {
        return Set.copyOf(attributes.keySet());
    }

    /** What the checks find wrong, null when nothing. */
    @Nullable
    String problem(@Nullable Topic before, Topic after) {
        for (Check check : checks) {
            String problem = check.problem(before, after);
            if (problem != null) {
                return problem;
            }
        }
        return null;
    }
}
