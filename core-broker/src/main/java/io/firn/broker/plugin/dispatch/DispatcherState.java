package io.firn.broker.plugin.dispatch;

/**
 * How far a dispatcher is, for operators.
 *
 * @param name unique within its plugin
 * @param health whether it takes what it is shown
 * @param durable log position below which it has everything
 * @param given end of the last batch it was shown: where it goes on when an operator skips that batch
 * @param lagBytes bytes of the log behind {@code durable}
 * @param onLag what its lag does to others
 */
public record DispatcherState(String name, Health health, long durable, long given, long lagBytes, String onLag) {

    /** Whether it takes what it is shown. */
    public enum Health {
        GOOD,
        /** It throws, and is shown the same batch again and again. */
        FAILING
    }
}
