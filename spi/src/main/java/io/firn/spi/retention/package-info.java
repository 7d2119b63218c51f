/**
 * Extension point: say that a log segment is still needed before the broker deletes it. Called on the broker's
 * housekeeper: answer from memory. Uses {@code contract}, {@code read}.
 */
@NullMarked
package io.firn.spi.retention;

import org.jspecify.annotations.NullMarked;
