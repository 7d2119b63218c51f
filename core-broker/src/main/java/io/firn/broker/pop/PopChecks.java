package io.firn.broker.pop;

import io.firn.broker.group.GroupConfig;
import io.firn.broker.runtime.Clock;
import io.firn.broker.topic.Topic;
import io.firn.broker.wire.ExtFields;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;

/** What requests that pop, or want to know whether they could, are checked for. Any thread. */
final class PopChecks {

    /** The longest a message may be invisible, and a request may wait. */
    static final long MOST_MS = 365L * 24 * 3_600 * 1_000;

    /** An answer without messages leaves this much before the client's time is up. */
    private static final long EARLY_MS = 50;

    private final Pops.Control control;
    private final Clock clock;

    PopChecks(Pops.Control control, Clock clock) {
        this.control = control;
        this.clock = clock;
    }

    /** The topic, which may be read and has the queue. */
    Topic topic(ExtFields ext) {
        Topic topic = control.topics().required(ext.required("topic"));
        int queueId = ext.requiredInt("queueId");
        if (!topic.readable()) {
            throw refused("the topic [" + topic.name() + "] is not readable");
        }
        if (queueId >= topic.readQueues()) {
            throw invalid("queueId " + queueId + " is not below the " + topic.readQueues()
                    + " readable queues of topic [" + topic.name() + "]");
        }
        return topic;
    }

    /** A group that is there and may consume. */
    GroupConfig group(ExtFields ext) {
        String name = ext.required("consumerGroup");
        GroupConfig group = control.groups().configs().find(name);
        if (group == null) {
            throw new RequestException(
                    ResponseCode.SUBSCRIPTION_GROUP_NOT_EXIST, "subscription group [" + name + "] does not exist");
        }
        return consuming(group, ext);
    }

    GroupConfig consuming(GroupConfig group, ExtFields ext) {
        if (!group.consumes() || !group.mayRead(ext.required("topic"))) {
            throw refused("subscription group no permission, " + group.name());
        }
        return group;
    }

    /** How long a request is on its way and waiting is over already; negative while it is not. */
    long lateMs(ExtFields ext) {
        long pollMs = pollMs(ext);
        return pollMs <= 0 ? Long.MIN_VALUE : clock.millis() - ext.requiredLong("bornTime") - pollMs;
    }

    /** How long a request may wait from now on; 0 or less when it does not. A client's clock may be wrong. */
    long waitMs(ExtFields ext) {
        long pollMs = pollMs(ext);
        return pollMs <= 0 ? 0 : Math.min(pollMs, -lateMs(ext)) - EARLY_MS;
    }

    private static long pollMs(ExtFields ext) {
        return Math.min(ext.requiredLong("pollTime"), MOST_MS);
    }

    static RequestException invalid(String reason) {
        return new RequestException(ResponseCode.INVALID_PARAMETER, reason);
    }

    static RequestException refused(String reason) {
        return new RequestException(ResponseCode.NO_PERMISSION, reason);
    }
}
