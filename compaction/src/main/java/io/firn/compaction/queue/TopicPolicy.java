package io.firn.compaction.queue;

import io.firn.compaction.pass.Policy;

/**
 * What a topic's attributes say.
 *
 * @param keyProperty property that holds the key
 * @param policy all the rest
 */
public record TopicPolicy(String keyProperty, Policy policy) {}
