package io.firn.broker.plugin.read;

import io.firn.spi.queue.QueueReaderFactory;
import io.firn.spi.topic.TopicSelector;

/**
 * What replaces queues of some topics.
 *
 * @param guard between it and the broker
 */
record QueueClaim(TopicSelector topics, QueueReaderFactory factory, ReadGuard guard) {}
