/**
 * Extension point: serve offsets that the local store no longer has. Asked on broker threads, answered later from threads
 * of the plugin. Uses {@code contract}, {@code topic}, {@code message}, {@code read}.
 */
@NullMarked
package io.firn.spi.cold;

import org.jspecify.annotations.NullMarked;
