package io.firn.broker.plugin.read;

import io.firn.spi.queue.QueueReaderFactory;
import io.firn.spi.topic.TopicSelector;
import org.jspecify.annotations.Nullable;

/**
 * What replaces queues of some topics.
 *
 * @param guard between it and the broker
 */
record QueueClaim(TopicSelector topics, QueueReaderFactory factory, ReadGuard guard) {
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
