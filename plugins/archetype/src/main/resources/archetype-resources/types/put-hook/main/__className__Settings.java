package ${package};

import io.firn.spi.config.Default;
import io.firn.spi.config.Key;
import io.firn.spi.config.NotBlank;

/** What stands in {@code conf/plugins/${artifactId}.properties}; the README's table is made from it. */
public record ${className}Settings(
        @Key(value = "topics", doc = "Topics it looks at; * stands for any characters.") @Default("*") String topics,
        @Key(value = "property", doc = "The property's name.") @Default("stamp") @NotBlank String property,
        @Key(value = "value", doc = "The property's value.") @NotBlank String value,
        @Key(value = "key.required", doc = "Whether messages need a key.") @Default("false") boolean keyRequired) {}
