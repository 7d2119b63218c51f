/**
 * Counters, gauges, timers and histograms of a plugin, on the broker's metrics page under the plugin's prefix. Updating is
 * lock-free and allowed on any thread. Uses {@code contract}.
 */
@NullMarked
package io.firn.spi.metrics;

import org.jspecify.annotations.NullMarked;
