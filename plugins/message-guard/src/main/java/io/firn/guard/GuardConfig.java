package io.firn.guard;

import io.firn.spi.config.ConfigException;
import io.firn.spi.config.Default;
import io.firn.spi.config.Dynamic;
import io.firn.spi.config.Key;
import io.firn.spi.config.NotBlank;
import io.firn.spi.config.Range;
import io.firn.spi.contract.ByteSize;
import java.nio.file.Path;
import java.util.List;

/**
 * What an operator says. Immutable.
 *
 * @param rules as {@link RuleText} reads them; checked when the record is made
 * @param topics patterns of the topics whose messages are looked at; messages of others never meet the plugin
 * @param schemas the directory that names of schema files are relative to
 * @param schemaMaxBody the largest body, unpacked, that is held against a schema; a larger one breaks the rule
 */
record GuardConfig(
        @Key(value = "rules", doc = "Rules, separated by semicolons; the first one whose topic fits counts.")
        @NotBlank
        @Dynamic
        String rules,

        @Key(value = "topics", doc = "Patterns of the topics whose messages are looked at at all.") @Default("*")
        List<String> topics,

        @Key(value = "schemas", doc = "Directory of the schema files.") @Default("conf/plugins/schemas")
        Path schemas,

        @Key(value = "schema.max-body", doc = "Largest body, unpacked, that is held against a schema.")
        @Default("32KiB")
        @Range(min = 1, max = GuardConfig.LARGEST_BODY)
        @Dynamic
        ByteSize schemaMaxBody) {

    static final long LARGEST_BODY = 64L << 20;

    GuardConfig {
        RuleText.parse(rules);
        topics = List.copyOf(topics);
        if (topics.isEmpty() || topics.stream().anyMatch(String::isBlank)) {
            throw new ConfigException(
                    "topics=" + String.join(",", topics) + ": expected patterns such as orders-*, or *");
        }
    }
}
