package io.firn.broker.wire.body;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reply to 201: all consumer groups of a broker.
 *
 * @param forbiddenTable group to topic to the bits of what is forbidden
 */
public record SubscriptionGroupTable(
        Map<String, SubscriptionGroupBody> subscriptionGroupTable,
        Map<String, Map<String, Integer>> forbiddenTable,
        @Nullable DataVersion dataVersion) {
    public SubscriptionGroupTable {
        subscriptionGroupTable = Absent.map(subscriptionGroupTable);
        forbiddenTable = Absent.map(forbiddenTable);
    }
}
