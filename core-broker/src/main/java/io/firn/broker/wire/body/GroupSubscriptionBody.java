package io.firn.broker.wire.body;

import org.jspecify.annotations.Nullable;

/** Reply to 345: what a group consumes of a topic. */
public record GroupSubscriptionBody(
        String group, String topic, @Nullable SubscriptionBody subscriptionData) {
    public GroupSubscriptionBody {
        group = Absent.text(group);
        topic = Absent.text(topic);
    }
}
