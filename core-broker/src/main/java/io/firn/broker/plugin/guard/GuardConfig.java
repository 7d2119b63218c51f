package io.firn.broker.plugin.guard;

import io.firn.broker.runtime.ConfigException;
import io.firn.broker.runtime.ConfigView;
import java.time.Duration;

/**
 * What the broker puts up with from a plugin's hooks.
 *
 * @param budget what a call may take at the 99th percentile
 * @param slowFor how long hooks may be over the budget before the breaker opens
 * @param failures as many within {@code failureWindow} open the breaker
 * @param failureWindow see {@code failures}
 * @param probePeriod time between probes while the breaker is open
 * @param stuckAfter a call that takes longer is reported with its stack, and opens the breaker
 * @param checks whether messages are made unusable when their hook has returned
 */
public record GuardConfig(
        Duration budget,
        Duration slowFor,
        int failures,
        Duration failureWindow,
        Duration probePeriod,
        Duration stuckAfter,
        Checks checks) {

    private static final Duration SLOW_FOR = Duration.ofSeconds(30);
    private static final Duration FAILURE_WINDOW = Duration.ofSeconds(10);
    private static final Duration PROBE_PERIOD = Duration.ofSeconds(30);
    private static final Duration STUCK_AFTER = Duration.ofSeconds(1);
    private static final int FAILURES = 20;

    /** Whether the rules of the flyweights are enforced; costs allocation. */
    public enum Checks {
        ON,
        OFF
    }

    public GuardConfig {
        if (failures < 1) {
            throw new ConfigException("firn.plugins.breakerFailures", failures + "", "1 or more");
        }
    }

    /** Reads the keys of this room. */
    public static GuardConfig from(ConfigView view) {
        return new GuardConfig(
                Duration.ofMillis(view.integer(
                        "firn.plugins.hookBudgetMs",
                        1,
                        1,
                        1_000,
                        "Milliseconds a put hook may take at the 99th percentile; above it for 30 s, it is switched off"
                                + " until it passes a probe.")),
                SLOW_FOR,
                view.integer(
                        "firn.plugins.breakerFailures",
                        FAILURES,
                        1,
                        1_000_000,
                        "Failures of a plugin's hook within 10 s that switch it off until it passes a probe."),
                FAILURE_WINDOW,
                PROBE_PERIOD,
                STUCK_AFTER,
                view.flag(
                                "firn.plugins.debug",
                                false,
                                "Makes messages unusable once their hook has returned, to find hooks that keep them.")
                        ? Checks.ON
                        : Checks.OFF);
    }

    /** As when nothing is configured. */
    public static GuardConfig defaults() {
        return new GuardConfig(
                Duration.ofMillis(1), SLOW_FOR, FAILURES, FAILURE_WINDOW, PROBE_PERIOD, STUCK_AFTER, Checks.OFF);
    }
}
