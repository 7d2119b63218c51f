package io.firn.spi;

import io.firn.spi.contract.ProvidedByBroker;
import io.firn.spi.contract.Registration;
import java.time.Duration;

/**
 * Runs work later, on threads of the plugin that the broker names, counts and ends. Any thread; does not block. All
 * methods throw {@link IllegalStateException} once the plugin is stopping, and {@link IllegalArgumentException} for a
 * negative time. Closing what is returned cancels what has not begun.
 *
 * @since 1.0
 */
@ProvidedByBroker
public interface PluginScheduler {

    /**
     * Runs it once, {@code delay} from now.
     *
     * @param name shown in thread names, logs and metrics
     * @since 1.0
     */
    Registration once(String name, Duration delay, PluginTask task);

    /**
     * Runs it again and again, first after {@code pause}, then that long after each run has ended: runs never overlap.
     *
     * @param name shown in thread names, logs and metrics
     * @param pause more than zero
     * @since 1.0
     */
    Registration repeat(String name, Duration pause, PluginTask task);
}
