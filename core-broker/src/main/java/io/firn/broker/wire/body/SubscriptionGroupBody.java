package io.firn.broker.wire.body;

import com.fasterxml.jackson.annotation.JsonCreator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The settings of one consumer group: body of request 200, entry of {@code subscriptionGroup.json}. Reads as
 * {@link #defaults} where a field is left out.
 *
 * @param groupRetryPolicy kept as it came
 * @param consumeTimeoutMinute 15 when the writer does not know it
 * @param subscriptionDataSet topics that the members must declare alike; null: any
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
        @Nullable List<GroupTopicBody> subscriptionDataSet,
        Map<String, String> attributes) {
    private static final int DEFAULT_TIMEOUT_MINUTES = 15;

    public SubscriptionGroupBody {
        groupName = Absent.text(groupName);
        groupRetryPolicy = Absent.map(groupRetryPolicy);
        consumeTimeoutMinute = consumeTimeoutMinute == 0 ? DEFAULT_TIMEOUT_MINUTES : consumeTimeoutMinute;
        subscriptionDataSet = subscriptionDataSet == null ? null : Absent.list(subscriptionDataSet);
        attributes = Absent.map(attributes);
    }

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static SubscriptionGroupBody of(GroupFields read) {
        return read.body();
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

    /** The same, and its members may consume or not. */
    public SubscriptionGroupBody withConsumeEnable(boolean enabled) {
        return new SubscriptionGroupBody(
                groupName,
                enabled,
                consumeFromMinEnable,
                consumeBroadcastEnable,
                consumeMessageOrderly,
                retryQueueNums,
                retryMaxTimes,
                groupRetryPolicy,
                brokerId,
                whichBrokerWhenConsumeSlowly,
                notifyConsumerIdsChangedEnable,
                groupSysFlag,
                consumeTimeoutMinute,
                subscriptionDataSet,
                attributes);
    }
}
