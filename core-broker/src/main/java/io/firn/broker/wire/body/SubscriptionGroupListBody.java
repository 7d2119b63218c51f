package io.firn.broker.wire.body;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Request 225: consumer groups to create or update. */
public record SubscriptionGroupListBody(@Nullable List<SubscriptionGroupBody> groupConfigList) {
    public SubscriptionGroupListBody {
        groupConfigList = groupConfigList == null ? null : Absent.list(groupConfigList);
    }
}
