package io.firn.compaction;

import io.firn.spi.config.Key;
import io.firn.spi.config.Range;

/**
 * What to give up.
 *
 * @param topic name of the topic
 * @param queue number of the queue
 * @param until queue offset after the last record to give up
 */
public record SkipArgs(
        @Key(value = "topic", doc = "The topic.") String topic,

        @Key(value = "queue", doc = "The queue.") @Range(min = 0)
        int queue,

        @Key(value = "until", doc = "Queue offset after the last record to give up.") @Range(min = 1)
        long until) {}
