/**
 * Extension point: replace what readers see of a queue, under unchanged offsets. Called on the broker's pull threads:
 * memory and mapped files only. Uses {@code contract}, {@code topic}, {@code message}, {@code read}.
 */
@NullMarked
package io.firn.spi.queue;

import org.jspecify.annotations.NullMarked;
