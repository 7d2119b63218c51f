package io.firn.spi.put;

import io.firn.spi.contract.Incubating;
import java.time.Duration;

/**
 * Where an asynchronous put hook stands and how long a message waits for it. Immutable.
 *
 * @param hook name, phase, priority, reaction to failure, topics
 * @param deadline more than zero, at most {@link #LONGEST}; then {@code hook.onFailure()} applies
 * @since 1.0
 */
@Incubating
public record AsyncHookSpec(HookSpec hook, Duration deadline) {

    /** What a message waits unless the plugin says otherwise: 50 ms. */
    public static final Duration USUAL = Duration.ofMillis(50);

    /** The longest a message may wait: 2 s. */
    public static final Duration LONGEST = Duration.ofSeconds(2);

    /**
     * Checks the components.
     *
     * @throws IllegalArgumentException when the deadline is out of range
     * @since 1.0
     */
    public AsyncHookSpec {
        if (deadline.isNegative() || deadline.isZero() || deadline.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("a put waits more than 0 and at most " + LONGEST + ", not " + deadline);
        }
    }

    /**
     * With the usual deadline.
     *
     * @since 1.0
     */
    public static AsyncHookSpec of(HookSpec hook) {
        return new AsyncHookSpec(hook, USUAL);
    }
}
