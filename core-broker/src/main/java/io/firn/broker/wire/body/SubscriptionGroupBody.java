package io.firn.broker.wire.body;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one consumer group.
 *
 * @param groupRetryPolicy kept as it came
 * @param consumeTimeoutMinute 15 when the writer does not know it
 */
public record SubscriptionGroupBody(
        String groupName,
        boolean consumeEnable,
        boolean consumeFromMinEnable,
        boolean consumeBroadcastEnable,
        boolean consumeMessageOrderly,
        int retryQueueNums,
        int retryMaxTimes,
        Map<String, Object> groupRetryPolicy,
        long brokerId,
        long whichBrokerWhenConsumeSlowly,
        boolean notifyConsumerIdsChangedEnable,
        int groupSysFlag,
        int consumeTimeoutMinute,
        @Nullable List<SubscriptionBody> subscriptionDataSet,
        Map<String, String> attributes) {
    private static final int DEFAULT_TIMEOUT_MINUTES = 15;

    public SubscriptionGroupBody {
        groupName = Absent.text(groupName);
        groupRetryPolicy = Absent.map(groupRetryPolicy);
        consumeTimeoutMinute = consumeTimeoutMinute == 0 ? DEFAULT_TIMEOUT_MINUTES : consumeTimeoutMinute;
        attributes = Absent.map(attributes);
    }

    /** What a group gets that nobody configured. */
    public static SubscriptionGroupBody defaults(String groupName) {
        return new SubscriptionGroupBody(
                groupName,
                true,
                true,
                true,
                false,
                1,
                16,
                Map.of("type", "CUSTOMIZED"),
                0,
                1,
                true,
                0,
                DEFAULT_TIMEOUT_MINUTES,
                null,
                Map.of());
    }
}
