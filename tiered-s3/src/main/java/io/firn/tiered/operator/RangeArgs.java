package io.firn.tiered.operator;

import io.firn.spi.config.Key;
import io.firn.spi.config.Range;

/** A range of the log. */
public record RangeArgs(
        @Key(value = "from", doc = "Its first position.") @Range
        long from,

        @Key(value = "to", doc = "The position behind it.") @Range
        long to) {
    public RangeArgs {
        if (to <= from) {
            throw new IllegalArgumentException("to=" + to + " does not lie behind from=" + from);
        }
    }
}
