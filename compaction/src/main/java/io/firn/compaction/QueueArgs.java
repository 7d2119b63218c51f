package io.firn.compaction;

import io.firn.spi.config.Default;
import io.firn.spi.config.Key;
import io.firn.spi.config.Range;

/**
 * Which queues a command is about.
 *
 * @param topic name of a topic; empty: all
 * @param queue number of a queue; -1: all
 */
public record QueueArgs(
        @Key(value = "topic", doc = "A topic; empty: all.") @Default("")
        String topic,

        @Key(value = "queue", doc = "A queue; -1: all.") @Default("-1") @Range(min = -1)
        int queue) {}
