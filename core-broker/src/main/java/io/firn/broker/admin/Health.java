package io.firn.broker.admin;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the broker is: components report when their state changes, or are asked each time somebody looks. The broker is
 * as well as the worst of them. Any thread.
 */
public final class Health {

    private static final Logger LOG = LoggerFactory.getLogger(Health.class);

    private final Map<String, Condition> reported = new ConcurrentHashMap<>();
    private final Map<String, Supplier<Condition>> watched = new ConcurrentHashMap<>();

    /** From well to not serving. */
    public enum State {
        UP,
        /** Serves, but not everything or not for long. */
        DEGRADED,
        DOWN
    }

    /**
     * How one component is.
     *
     * @param reason what is wrong and what to do; null when it is {@link State#UP}
     */
    public record Condition(State state, @Nullable String reason) {

        /** Nothing is wrong. */
        public static final Condition UP = new Condition(State.UP, null);

        /** Serves in part; {@code reason} says what not. */
        public static Condition degraded(String reason) {
            return new Condition(State.DEGRADED, reason);
        }

        /** Does not serve. */
        public static Condition down(String reason) {
            return new Condition(State.DOWN, reason);
        }
    }

    /**
     * The whole broker at one moment.
     *
     * @param reasons {@code component: what is wrong}, worst first
     */
    public record Summary(State state, List<String> reasons) {}

    /** Replaces what is known of a component; tells the log when its state changed. */
    public void report(String component, Condition condition) {
        Condition before = reported.put(component, condition);
        State old = before == null ? State.UP : before.state();
        if (old != condition.state()) {
            String reason = condition.reason();
            LOG.warn("{} is {} after {}{}", component, condition.state(), old, reason == null ? "" : ": " + reason);
        }
    }

    /** At wiring: a component that is asked. {@code condition} is called on any thread and must not block. */
    public void watch(String component, Supplier<Condition> condition) {
        watched.put(component, condition);
    }

    /** How the broker is now. */
    public Summary summary() {
        Map<String, Condition> all = new TreeMap<>(reported);
        watched.forEach((component, condition) -> all.put(component, condition.get()));
        State worst = State.UP;
        List<String> reasons = new ArrayList<>();
        for (State state : List.of(State.DOWN, State.DEGRADED)) {
            for (Map.Entry<String, Condition> entry : all.entrySet()) {
                Condition condition = entry.getValue();
                if (condition.state() == state) {
                    worst = state.compareTo(worst) > 0 ? state : worst;
                    reasons.add(entry.getKey() + ": " + condition.reason());
                }
            }
        }
        return new Summary(worst, List.copyOf(reasons));
    }
}
