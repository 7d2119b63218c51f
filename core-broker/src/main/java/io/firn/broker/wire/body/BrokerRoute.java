package io.firn.broker.wire.body;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The addresses of one broker group.
 *
 * @param brokerAddrs broker id to {@code host:port}; id 0 is the master
 */
public record BrokerRoute(
        String cluster,
        String brokerName,
        Map<Long, String> brokerAddrs,
        @Nullable String zoneName,
        boolean enableActingMaster) {
    public BrokerRoute {
        cluster = Absent.text(cluster);
        brokerName = Absent.text(brokerName);
        brokerAddrs = Absent.map(brokerAddrs);
    }
}
