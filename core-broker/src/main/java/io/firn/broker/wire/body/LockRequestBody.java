package io.firn.broker.wire.body;

import java.util.List;

/** Requests 41 and 42: queues to lock or unlock for one client. */
public record LockRequestBody(String consumerGroup, String clientId, List<MessageQueue> mqSet, boolean onlyThisBroker) {
    public LockRequestBody {
        consumerGroup = Absent.text(consumerGroup);
        clientId = Absent.text(clientId);
        mqSet = Absent.list(mqSet);
    }
}
