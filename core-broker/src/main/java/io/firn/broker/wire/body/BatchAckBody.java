package io.firn.broker.wire.body;

import java.util.List;

/** Request 200151: messages of several popped batches that are acknowledged. */
public record BatchAckBody(String brokerName, List<BatchAck> acks) {
    public BatchAckBody {
        brokerName = Absent.text(brokerName);
        acks = Absent.list(acks);
    }
}
