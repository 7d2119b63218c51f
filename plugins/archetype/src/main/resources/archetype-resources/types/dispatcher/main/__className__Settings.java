package ${package};

import io.firn.spi.config.Default;
import io.firn.spi.config.Key;
import io.firn.spi.config.NotBlank;

/** What stands in {@code conf/plugins/${artifactId}.properties}; the README's table is made from it. */
public record ${className}Settings(
        @Key(value = "topics", doc = "Topics it follows; * stands for any characters.") @Default("*") String topics,
        @Key(value = "file", doc = "Name of the file in the plugin's directory.") @Default("journal") @NotBlank
        String file) {}
