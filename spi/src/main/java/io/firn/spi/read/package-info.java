/**
 * What a plugin may read of the broker's own store: single messages, scans, queue entries, whole segments. Called on
 * threads of the plugin, may block on page faults; every lease and cursor has to be closed. Uses {@code contract},
 * {@code topic}, {@code message}.
 */
@NullMarked
package io.firn.spi.read;

import org.jspecify.annotations.NullMarked;
