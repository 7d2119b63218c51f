package io.firn.spi;

import io.firn.spi.contract.ImplementedByPlugin;

/**
 * Work that {@link PluginScheduler} runs.
 *
 * @since 1.0
 */
@ImplementedByPlugin
@FunctionalInterface
public interface PluginTask {

    /**
     * Does it. On a thread of the plugin; may block. At the plugin's stop its thread is interrupted once the grace is over.
     *
     * @throws Exception when it fails: logged and counted; a repeated task goes on at its next time
     * @since 1.0
     */
    void run() throws Exception;
}
