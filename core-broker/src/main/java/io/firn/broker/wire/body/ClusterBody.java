package io.firn.broker.wire.body;

import java.util.List;
import java.util.Map;

/** Reply to 106: every broker and every cluster. */
public record ClusterBody(Map<String, BrokerRoute> brokerAddrTable, Map<String, List<String>> clusterAddrTable) {
    public ClusterBody {
        brokerAddrTable = Absent.map(brokerAddrTable);
        clusterAddrTable = Absent.map(clusterAddrTable);
    }
}
