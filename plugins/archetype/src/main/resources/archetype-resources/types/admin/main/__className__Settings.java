package ${package};

import io.firn.spi.config.Default;
import io.firn.spi.config.Key;
import io.firn.spi.config.Range;

/** What stands in {@code conf/plugins/${artifactId}.properties}; the README's table is made from it. */
public record ${className}Settings(
        @Key(value = "most", doc = "How many topics are listed at most.") @Default("1000") @Range(min = 1, max = 100000)
        int most) {}
