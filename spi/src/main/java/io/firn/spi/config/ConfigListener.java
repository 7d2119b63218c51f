package io.firn.spi.config;

import io.firn.spi.contract.ImplementedByPlugin;

/**
 * Told when keys marked {@link Dynamic} have other values.
 *
 * @since 1.0
 */
@ImplementedByPlugin
@FunctionalInterface
public interface ConfigListener<C extends Record> {

    /**
     * The configuration is another one, bound and checked. Runs on a thread of the plugin, one change at a time; may
     * block. When it throws, the change is reported as failed to whoever made it and {@code before} stays in force.
     *
     * @since 1.0
     */
    void onChange(C before, C after);
}
