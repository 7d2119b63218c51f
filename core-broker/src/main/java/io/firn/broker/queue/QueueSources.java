package io.firn.broker.queue;

import org.jspecify.annotations.Nullable;

/**
 * Where messages of queues are when they are not, or not only, in the local store: the port through which plugins serve
 * reads. Implemented above, asked by {@link QueueLog} for every read. Any thread; answers from memory without allocating.
 */
@FunctionalInterface
public interface QueueSources {

    /** All queues are what the local store has of them. */
    QueueSources NONE = topic -> null;

    /** What serves queues of this topic beside, or in place of, the local store; null for nothing. */
    @Nullable
    QueueSource of(String topic);
}
