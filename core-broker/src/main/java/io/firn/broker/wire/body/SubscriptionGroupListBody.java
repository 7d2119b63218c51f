package io.firn.broker.wire.body;

import java.util.List;

/** Request 225: consumer groups to create or update. */
public record SubscriptionGroupListBody(List<SubscriptionGroupBody> groupConfigList) {
    public SubscriptionGroupListBody {
        groupConfigList = Absent.list(groupConfigList);
    }
}
