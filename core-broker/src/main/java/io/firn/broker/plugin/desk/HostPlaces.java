package io.firn.broker.plugin.desk;

import io.firn.broker.plugin.PluginConfig;
import io.firn.spi.contract.SpiVersion;

/** Where the host looks, for tools on the same machine; its components are names in JSON. */
record HostPlaces(
        String jars,
        String settings,
        String state,
        String verify,
        String trusted,
        String operators,
        String spi,
        long startLimitMs) {

    static HostPlaces of(PluginConfig config) {
        return new HostPlaces(
                config.jars().toString(),
                config.settings().toString(),
                config.state().toString(),
                config.trust().name(),
                config.trusted().toString(),
                config.operators().toString(),
                SpiVersion.current(),
                config.startLimit().toMillis());
    }
}
