package io.firn.broker.retry;

import io.firn.broker.group.GroupConfig;
import io.firn.broker.group.GroupCoordinator;
import io.firn.broker.produce.SendRewrite;
import io.firn.broker.topic.Topic;
import io.firn.broker.topic.TopicName;
import io.firn.broker.topic.TopicRegistry;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What consumers themselves send to a retry topic: members that consume in order, once a message failed too often, and
 * others when giving it back failed. It becomes a dead letter when it was delivered more often than its consumer, or
 * else its group, allows; and at once when the group holds queue locks, since a group that consumes in order would not
 * read its retry topic in order. Any io thread.
 */
final class DeadLetterRewrite implements SendRewrite {

    private final GroupCoordinator groups;
    private final TopicRegistry topics;
    private final RetryMetrics metrics;

    DeadLetterRewrite(GroupCoordinator groups, TopicRegistry topics, RetryMetrics metrics) {
        this.groups = groups;
        this.topics = topics;
        this.metrics = metrics;
    }

    @Override
    public @Nullable CompletableFuture<?> rewrite(Draft message) {
        return TopicName.isRetry(message.topic()) ? ofGroup(message) : null;
    }

    private @Nullable CompletableFuture<?> ofGroup(Draft message) {
        String name = message.topic().substring(TopicName.RETRY_PREFIX.length());
        GroupConfig group = groups.configs().find(name);
        if (group == null) {
            return groups.configs().ensure(name);
        }
        int max = message.maxReconsumeTimes() >= 0 ? message.maxReconsumeTimes() : group.retryMax();
        if (message.reconsumeTimes() <= max && !groups.locks().isAnyHeld(name)) {
            metrics.retried.increment();
            return null;
        }
        Topic deadLetters = Topic.deadLettersOf(name);
        if (topics.find(deadLetters.name()) == null) {
            return topics.ensure(deadLetters);
        }
        message.remove("DELAY");
        message.redirect(deadLetters.name(), 0);
        metrics.deadLetters.increment();
        return null;
    }
}
