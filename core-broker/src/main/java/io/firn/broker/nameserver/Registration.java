package io.firn.broker.nameserver;

import io.firn.broker.wire.ExtFields;
import io.firn.broker.wire.ExtKey;
import io.firn.broker.wire.ExtWriter;
import io.firn.broker.wire.HeaderFields;

/**
 * Who registers: the fields that registering, unregistering and asking for versions share.
 *
 * @param clusterName cluster of the broker
 * @param brokerName shared by a primary and its replicas
 * @param brokerId 0 is the primary
 * @param brokerAddress {@code host:port} clients connect to
 * @param replicationAddress {@code host:port} replicas connect to
 */
record Registration(
        String clusterName, String brokerName, long brokerId, String brokerAddress, String replicationAddress)
        implements HeaderFields {

    private static final ExtKey CLUSTER_NAME = ExtKey.of("clusterName");
    private static final ExtKey BROKER_NAME = ExtKey.of("brokerName");
    private static final ExtKey BROKER_ID = ExtKey.of("brokerId");
    private static final ExtKey BROKER_ADDRESS = ExtKey.of("brokerAddr");
    private static final ExtKey REPLICATION_ADDRESS = ExtKey.of("haServerAddr");

    static Registration of(ExtFields ext) {
        String replication = ext.get("haServerAddr");
        return new Registration(
                ext.required("clusterName"),
                ext.required("brokerName"),
                ext.requiredLong("brokerId"),
                ext.required("brokerAddr"),
                replication == null ? "" : replication);
    }

    @Override
    public void writeTo(ExtWriter out) {
        out.put(CLUSTER_NAME, clusterName);
        out.put(BROKER_NAME, brokerName);
        out.put(BROKER_ID, brokerId);
        out.put(BROKER_ADDRESS, brokerAddress);
        out.put(REPLICATION_ADDRESS, replicationAddress);
    }
}
