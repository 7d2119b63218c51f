package io.firn.broker.wire.body;

import java.util.List;

/** A consumer group of a heartbeat. */
public record ConsumerBody(
        String groupName,
        ConsumeType consumeType,
        MessageModel messageModel,
        ConsumeFromWhere consumeFromWhere,
        List<SubscriptionBody> subscriptionDataSet,
        boolean unitMode) {
    public ConsumerBody {
        groupName = Absent.text(groupName);
        consumeType = Absent.or(consumeType, ConsumeType.CONSUME_PASSIVELY);
        messageModel = Absent.or(messageModel, MessageModel.CLUSTERING);
        consumeFromWhere = Absent.or(consumeFromWhere, ConsumeFromWhere.CONSUME_FROM_LAST_OFFSET);
        subscriptionDataSet = Absent.list(subscriptionDataSet);
    }
}
