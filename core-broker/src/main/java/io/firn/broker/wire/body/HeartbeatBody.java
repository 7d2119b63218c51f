package io.firn.broker.wire.body;

import java.util.List;

/**
 * Request 34: what one client is and wants, all its groups at once.
 *
 * @param heartbeatFingerprint hash of the subscriptions, 0 for the first kind of heartbeat
 * @param withoutSub whether subscriptions are left out because they have not changed
 */
public record HeartbeatBody(
        String clientID,
        List<ProducerBody> producerDataSet,
        List<ConsumerBody> consumerDataSet,
        int heartbeatFingerprint,
        boolean withoutSub) {
    public HeartbeatBody {
        clientID = Absent.text(clientID);
        producerDataSet = Absent.list(producerDataSet);
        consumerDataSet = Absent.list(consumerDataSet);
    }
}
