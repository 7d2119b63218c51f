package io.firn.broker.retry;

import io.firn.broker.group.GroupCoordinator;
import io.firn.broker.produce.SendRewrite;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.topic.TopicRegistry;

/** The door of this room: two ways in which a message that failed comes back. Any thread. */
public final class Retries {

    private final GroupCoordinator groups;
    private final TopicRegistry topics;
    private final RetryMetrics metrics;
    private final DeadLetterRewrite rewrite;

    private Retries(GroupCoordinator groups, TopicRegistry topics, RetryMetrics metrics) {
        this.groups = groups;
        this.topics = topics;
        this.metrics = metrics;
        this.rewrite = new DeadLetterRewrite(groups, topics, metrics);
    }

    /** For these groups and topics. */
    public static Retries of(GroupCoordinator groups, TopicRegistry topics, Metrics metrics) {
        return new Retries(groups, topics, new RetryMetrics(metrics));
    }

    /** What makes dead letters of messages that consumers send to retry topics too often. */
    public SendRewrite deadLetters() {
        return rewrite;
    }

    /** What serves consumers that give messages back. */
    public SendBackHandler handler(SendBackHandler.Messages messages, Resend resend) {
        return SendBackHandler.of(this, messages, resend);
    }

    GroupCoordinator groups() {
        return groups;
    }

    TopicRegistry topics() {
        return topics;
    }

    RetryMetrics metrics() {
        return metrics;
    }
}
