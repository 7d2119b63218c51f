package io.firn.tiered.operator;

import io.firn.spi.config.Default;
import io.firn.spi.config.Key;
import io.firn.spi.config.Range;

/** How much to show. */
public record ScrubArgs(
        @Key(value = "count", doc = "Most findings to show.") @Default("100") @Range(min = 1, max = 10_000)
        int count) {}
