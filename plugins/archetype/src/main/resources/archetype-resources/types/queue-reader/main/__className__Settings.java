package ${package};

import io.firn.spi.config.Default;
import io.firn.spi.config.Key;
import io.firn.spi.config.NotBlank;

/** What stands in {@code conf/plugins/${artifactId}.properties}; the README's table is made from it. */
public record ${className}Settings(
        @Key(value = "topics", doc = "Topics it changes the view of; * stands for any characters.") @NotBlank
        String topics,
        @Key(value = "property", doc = "Messages with this property are not shown.") @Default("hidden") @NotBlank
        String property) {}
