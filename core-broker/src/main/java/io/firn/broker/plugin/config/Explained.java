package io.firn.broker.plugin.config;

import org.jspecify.annotations.Nullable;

/**
 * One key of a plugin, for operators.
 *
 * @param allowed type and range
 * @param value the text in force, references as written, secrets masked; null when not set
 * @param source file, environment variable, {@code default} or {@code not set}
 * @param changes when a new value takes effect
 */
public record Explained(
        String key,
        String allowed,
        @Nullable String defaultValue,
        @Nullable String value,
        String source,
        String changes,
        String doc) {}
