package io.firn.spi;

import io.firn.spi.contract.ImplementedByPlugin;
import java.time.Duration;

/**
 * A plugin. The manifest of its jar names the class ({@code Plugin-Class}), which has a public constructor without
 * parameters that does nothing. One object lives through one start and one stop.
 *
 * @since 1.0
 */
@ImplementedByPlugin
public interface BrokerPlugin {

    /**
     * Begins: reads its configuration and registers all it does with {@link PluginContext#register()}. What is registered
     * takes effect, all at once, after this returns. Runs on a thread of the plugin, before the broker opens its port or
     * at run time; may block, 30 s at most.
     *
     * @throws Exception when it can not: all registrations are undone, the plugin is FAILED with this cause. The broker
     *     starts without it, unless it is required or owns data: then the broker does not start and says why
     * @since 1.0
     */
    void start(PluginContext context) throws Exception;

    /**
     * Ends: finishes or gives up its work and closes what it opened. Hooks are no longer called, their last calls have
     * returned; the context still works. Runs on a thread of the plugin; may block up to {@code grace}, then its threads
     * are interrupted. Called once after a start, also after one that threw; never after a crash of the broker. Afterwards
     * the broker closes registrations and pools and looks for threads that are left.
     *
     * @throws Exception when it can not: logged; the broker goes on as if it had
     * @since 1.0
     */
    default StopReport stop(StopReason reason, Duration grace) throws Exception {
        return StopReport.clean();
    }
}
