package io.firn.spi;

import io.firn.spi.contract.ImplementedByPlugin;

/**
 * Told when the broker's role changed.
 *
 * @since 1.0
 */
@ImplementedByPlugin
@FunctionalInterface
public interface RoleListener {

    /**
     * {@link BrokerView#role} shows the change already. Runs on a thread of the plugin, one change at a time, in order; may
     * block, but changes wait behind it. What it throws is logged and counted; the change is not told again.
     *
     * @since 1.0
     */
    void onRole(BrokerRole before, BrokerRole after);
}
