package io.firn.broker.plugin.read;

import io.firn.spi.queue.QueueReaderFactory;
import io.firn.spi.topic.TopicSelector;
import java.util.List;
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

    /** Nobody's topic: all its reads fail and say why. */
    static QueueClaim disputed(List<QueueClaim> owners) {
        String names =
                owners.get(0).guard().name() + " and " + owners.get(1).guard().name();
        return new QueueClaim(
                owners.getFirst().topics(),
                (queue, base) -> {
                    throw new IllegalStateException("topic " + queue.topic() + " is claimed by " + names);
                },
                owners.getFirst().guard());
    }
}
