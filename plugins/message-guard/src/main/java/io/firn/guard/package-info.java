/**
 * The plugin message-guard: rules per topic, asked on the broker's io threads before a message is stored. Rules are parsed
 * and compiled on the plugin's thread into a {@link io.firn.guard.RuleBook}, which the hooks read through one reference.
 * Uses {@code io.firn.spi}, and a JSON schema library in {@link io.firn.guard.BodySchema} alone.
 */
@NullMarked
package io.firn.guard;

import org.jspecify.annotations.NullMarked;
