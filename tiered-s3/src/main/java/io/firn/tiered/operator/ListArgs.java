package io.firn.tiered.operator;

import io.firn.spi.config.Default;
import io.firn.spi.config.Key;
import io.firn.spi.config.Range;

/** Which objects. */
public record ListArgs(
        @Key(value = "from", doc = "Position of the log to begin at.") @Default("0") @Range
        long from,

        @Key(value = "count", doc = "Most objects.") @Default("100") @Range(min = 1, max = 10_000)
        int count) {}
