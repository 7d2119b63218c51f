package ${package};

import io.firn.spi.config.Default;
import io.firn.spi.config.Dynamic;
import io.firn.spi.config.Key;
import java.time.Duration;

/** What stands in {@code conf/plugins/${artifactId}.properties}; the README's table is made from it. */
public record ${className}Settings(
        @Key(value = "keep", doc = "How long messages are kept.") @Default("7d") @Dynamic Duration keep) {}
