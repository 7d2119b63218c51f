package io.firn.spi;

import io.firn.spi.contract.ProvidedByBroker;
import io.firn.spi.contract.Registration;
import java.nio.file.Path;

/**
 * Which broker this is. Any thread; does not block.
 *
 * @since 1.0
 */
@ProvidedByBroker
public interface BrokerView {

    /**
     * The cluster's name.
     *
     * @since 1.0
     */
    String cluster();

    /**
     * The broker's name, shared by a primary and its replicas.
     *
     * @since 1.0
     */
    String name();

    /**
     * Its number among those of its name; 0 is a primary. May change along with the role.
     *
     * @since 1.0
     */
    long id();

    /**
     * The broker's version, which is not the SPI's.
     *
     * @since 1.0
     */
    String version();

    /**
     * What it is now.
     *
     * @since 1.0
     */
    BrokerRole role();

    /**
     * Tells of each change of role after this call, in order.
     *
     * @since 1.0
     */
    Registration onRoleChange(RoleListener listener);

    /**
     * The directory of the store, for reading what another broker left there. Plugins write to
     * {@link PluginContext#dataDir()} only.
     *
     * @since 1.0
     */
    Path storeDir();
}
