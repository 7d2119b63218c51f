package io.firn.broker.wire.body;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A group's settings as tools send and files hold them: what is left out, or null, has its default. */
record GroupFields(
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
        @Nullable List<GroupTopicBody> subscriptionDataSet,
        @Nullable Map<String, String> attributes) {

    SubscriptionGroupBody body() {
        SubscriptionGroupBody defaults = SubscriptionGroupBody.defaults(Absent.text(groupName));
        return new SubscriptionGroupBody(
                defaults.groupName(),
                Absent.or(consumeEnable, defaults.consumeEnable()),
                Absent.or(consumeFromMinEnable, defaults.consumeFromMinEnable()),
                Absent.or(consumeBroadcastEnable, defaults.consumeBroadcastEnable()),
                Absent.or(consumeMessageOrderly, defaults.consumeMessageOrderly()),
                Absent.or(retryQueueNums, defaults.retryQueueNums()),
                Absent.or(retryMaxTimes, defaults.retryMaxTimes()),
                Absent.or(groupRetryPolicy, defaults.groupRetryPolicy()),
                Absent.or(brokerId, defaults.brokerId()),
                Absent.or(whichBrokerWhenConsumeSlowly, defaults.whichBrokerWhenConsumeSlowly()),
                Absent.or(notifyConsumerIdsChangedEnable, defaults.notifyConsumerIdsChangedEnable()),
                Absent.or(groupSysFlag, defaults.groupSysFlag()),
                Absent.or(consumeTimeoutMinute, defaults.consumeTimeoutMinute()),
                subscriptionDataSet,
                Absent.or(attributes, defaults.attributes()));
    }
}
