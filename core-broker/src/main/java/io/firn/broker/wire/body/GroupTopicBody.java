package io.firn.broker.wire.body;

import org.jspecify.annotations.Nullable;

/**
 * One topic among the settings of a consumer group: what its members are to consume, as an operator declared it. Other
 * fields than {@link SubscriptionBody}, which clients send under the same name.
 *
 * @param expressionType {@code TAG} or {@code SQL92}; null when the writer left it out
 * @param version of the declaration, as the writer counts
 */
public record GroupTopicBody(
        String topic,
        @Nullable String expressionType,
        @Nullable String expression,
        long version) {
    public GroupTopicBody {
        topic = Absent.text(topic);
    }
}
