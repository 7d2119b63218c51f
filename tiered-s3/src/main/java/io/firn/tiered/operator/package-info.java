/**
 * What operators see and do: commands, figures, health. Commands run on threads of the plugin and may block; figures come
 * from memory. Uses all rooms of the plugin.
 */
@NullMarked
package io.firn.tiered.operator;

import org.jspecify.annotations.NullMarked;
