package ${package};

import io.firn.spi.config.Default;
import io.firn.spi.config.Key;
import io.firn.spi.config.Range;

/** What stands in {@code conf/plugins/${artifactId}.properties}; the README's table is made from it. */
public record ${className}Settings(
        @Key(value = "topics", doc = "Topics it keeps; * stands for any characters.") @Default("*") String topics,
        @Key(value = "readers", doc = "How many reads run at once.") @Default("4") @Range(min = 1, max = 64)
        int readers) {}
