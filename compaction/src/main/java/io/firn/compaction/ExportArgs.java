package io.firn.compaction;

import io.firn.spi.config.Key;
import io.firn.spi.config.NotBlank;

/**
 * What to export.
 *
 * @param topic name of the topic
 */
public record ExportArgs(
        @Key(value = "topic", doc = "The topic.") @NotBlank String topic) {}
