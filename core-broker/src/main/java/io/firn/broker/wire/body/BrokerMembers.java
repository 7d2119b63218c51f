package io.firn.broker.wire.body;

import java.util.Map;

/** One broker group and the addresses of its members. */
public record BrokerMembers(String cluster, String brokerName, Map<Long, String> brokerAddrs) {
    public BrokerMembers {
        cluster = Absent.text(cluster);
        brokerName = Absent.text(brokerName);
        brokerAddrs = Absent.map(brokerAddrs);
    }
}
