/**
 * Floor 4, leaf of the plugin room: what stands between the broker and the code of a plugin. A {@code PluginGuard} per
 * hook counts, times samples, opens its circuit breaker and quarantines; {@code StuckWatch} looks for calls that do not
 * come back. Guards are called on any thread; the watch has one of its own, only while hooks exist. Uses runtime only.
 */
@NullMarked
package io.firn.broker.plugin.guard;

import org.jspecify.annotations.NullMarked;
