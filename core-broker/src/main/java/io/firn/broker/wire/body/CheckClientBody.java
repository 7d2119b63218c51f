package io.firn.broker.wire.body;

import org.jspecify.annotations.Nullable;

/** Request 46: whether the broker can serve this subscription. */
public record CheckClientBody(
        String clientId,
        String group,
        @Nullable String namespace,
        @Nullable SubscriptionBody subscriptionData) {
    public CheckClientBody {
        clientId = Absent.text(clientId);
        group = Absent.text(group);
    }
}
