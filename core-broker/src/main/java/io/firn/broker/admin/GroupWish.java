package io.firn.broker.admin;

import io.firn.broker.wire.body.SubscriptionBody;
import io.firn.broker.wire.body.SubscriptionGroupBody;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A group's settings as a tool sends them: body of request 200. What is left out has its default. */
record GroupWish(
        @Nullable String groupName,
        @Nullable Boolean consumeEnable,
        @Nullable Boolean consumeFromMinEnable,
        @Nullable Boolean consumeBroadcastEnable,
        @Nullable Boolean consumeMessageOrderly,
        @Nullable Integer retryQueueNums,
        @Nullable Integer retryMaxTimes,
        @Nullable Map<String, Object> groupRetryPolicy,
        @Nullable Long brokerId,
        @Nullable Long whichBrokerWhenConsumeSlowly,
        @Nullable Boolean notifyConsumerIdsChangedEnable,
        @Nullable Integer groupSysFlag,
        @Nullable Integer consumeTimeoutMinute,
        @Nullable List<SubscriptionBody> subscriptionDataSet,
        @Nullable Map<String, String> attributes) {

    /** Body of request 225. */
    record GroupConfigList(@Nullable List<GroupWish> groupConfigList) {}

    /** The name, empty when there is none. */
    String name() {
        return groupName == null ? "" : groupName;
    }

    SubscriptionGroupBody body() {
        SubscriptionGroupBody defaults = SubscriptionGroupBody.defaults(name());
        return new SubscriptionGroupBody(
                name(),
                or(consumeEnable, defaults.consumeEnable()),
                or(consumeFromMinEnable, defaults.consumeFromMinEnable()),
                or(consumeBroadcastEnable, defaults.consumeBroadcastEnable()),
                or(consumeMessageOrderly, defaults.consumeMessageOrderly()),
                or(retryQueueNums, defaults.retryQueueNums()),
                or(retryMaxTimes, defaults.retryMaxTimes()),
                or(groupRetryPolicy, defaults.groupRetryPolicy()),
                or(brokerId, defaults.brokerId()),
                or(whichBrokerWhenConsumeSlowly, defaults.whichBrokerWhenConsumeSlowly()),
                or(notifyConsumerIdsChangedEnable, defaults.notifyConsumerIdsChangedEnable()),
                or(groupSysFlag, defaults.groupSysFlag()),
                or(consumeTimeoutMinute, defaults.consumeTimeoutMinute()),
                subscriptionDataSet,
                or(attributes, defaults.attributes()));
    }

    private static <T> T or(@Nullable T wanted, T missing) {
        return wanted == null ? missing : wanted;
    }
}
