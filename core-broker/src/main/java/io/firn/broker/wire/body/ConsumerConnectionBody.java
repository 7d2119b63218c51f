package io.firn.broker.wire.body;

import java.util.List;
import java.util.Map;

/** Reply to 203: who consumes as a group, and what. */
public record ConsumerConnectionBody(
        List<ConnectionBody> connectionSet,
        Map<String, SubscriptionBody> subscriptionTable,
        ConsumeType consumeType,
        MessageModel messageModel,
        ConsumeFromWhere consumeFromWhere) {
    public ConsumerConnectionBody {
        connectionSet = Absent.list(connectionSet);
        subscriptionTable = Absent.map(subscriptionTable);
        consumeType = Absent.or(consumeType, ConsumeType.CONSUME_PASSIVELY);
        messageModel = Absent.or(messageModel, MessageModel.CLUSTERING);
        consumeFromWhere = Absent.or(consumeFromWhere, ConsumeFromWhere.CONSUME_FROM_LAST_OFFSET);
    }
}
