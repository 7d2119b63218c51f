/**
 * Compacted queues in a running broker: where their tail comes from, what their readers see, when their passes are due and who
 * runs them. Readers are the broker's pull threads, passes run on a pool of the plugin, the tick on its scheduler. Uses
 * {@code pass}, {@code store} and below, and the SPI.
 */
@NullMarked
package io.firn.compaction.queue;

import org.jspecify.annotations.NullMarked;
