package io.firn.broker.group;

import io.firn.broker.topic.TopicName;
import io.firn.broker.wire.body.SubscriptionGroupBody;
import java.util.HashMap;
import java.util.Map;

/**
 * The settings of one consumer group. Immutable; any thread.
 *
 * @param body as tools send and see them
 * @param forbidden by topic, permission bits taken from this group alone; {@link #READ} forbids reading
 */
public record GroupConfig(SubscriptionGroupBody body, Map<String, Integer> forbidden) {

    /** Bit of {@code forbidden}: the group may not read the topic. */
    public static final int READ = 4;

    public GroupConfig {
        forbidden = Map.copyOf(forbidden);
    }

    /** A group as it is created when a client first names it. */
    public static GroupConfig defaults(String name) {
        return new GroupConfig(SubscriptionGroupBody.defaults(name), Map.of());
    }

    public String name() {
        return body.groupName();
    }

    /** Whether its members may read at all. */
    public boolean consumes() {
        return body.consumeEnable();
    }

    /** Whether its members may each get every message. */
    public boolean broadcasts() {
        return body.consumeBroadcastEnable();
    }

    /** Whether members are told when others come and go. */
    public boolean notifies() {
        return body.notifyConsumerIdsChangedEnable();
    }

    /** Queues of its retry topic; none: failed messages are dropped. */
    public int retryQueues() {
        return body.retryQueueNums();
    }

    /** Name of the topic to which its failed messages return. */
    public String retryTopic() {
        return TopicName.RETRY_PREFIX + body.groupName();
    }

    /** Deliveries after the first before a message becomes a dead letter. */
    public int retryMax() {
        return body.retryMaxTimes();
    }

    /** Whether the group was taken the right to read this topic. Allocates nothing. */
    public boolean mayRead(String topic) {
        if (forbidden.isEmpty()) {
            return true;
        }
        Integer bits = forbidden.get(topic);
        return bits == null || (bits & READ) == 0;
    }

    GroupConfig withBody(SubscriptionGroupBody newBody) {
        return new GroupConfig(newBody, forbidden);
    }

    GroupConfig withReading(String topic, Reading reading) {
        int bits = forbidden.getOrDefault(topic, 0);
        int next = reading == Reading.FORBIDDEN ? bits | READ : bits & ~READ;
        Map<String, Integer> changed = new HashMap<>(forbidden);
        if (next == 0) {
            changed.remove(topic);
        } else {
            changed.put(topic, next);
        }
        return new GroupConfig(body, changed);
    }

    GroupConfig withConsuming(Consuming consuming) {
        return withBody(body.withConsumeEnable(consuming == Consuming.ON));
    }

    /** Whether a group may consume at all. */
    public enum Consuming {
        ON,
        OFF
    }

    /** Whether a group may read a topic. */
    public enum Reading {
        ALLOWED,
        FORBIDDEN
    }
}
