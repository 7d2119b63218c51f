package io.firn.broker.wire.body;

import org.jspecify.annotations.Nullable;

/** Request 400: which queues of a topic are a client's. */
public record QueryAssignmentBody(
        String topic,
        String consumerGroup,
        String clientId,
        String strategyName,
        @Nullable MessageModel messageModel) {
    public QueryAssignmentBody {
        topic = Absent.text(topic);
        consumerGroup = Absent.text(consumerGroup);
        clientId = Absent.text(clientId);
        strategyName = Absent.text(strategyName);
    }
}
