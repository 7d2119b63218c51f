/**
 * Reads archived messages back: finds the object, fetches frames by range, keeps them off the heap, answers the broker.
 * Called on broker threads, which it never blocks; requests run on the plugin's pool; what waits, waits as a future. Memory
 * is reserved before it is used. Uses {@code catalogue}, {@code format}, {@code store}.
 */
@NullMarked
package io.firn.tiered.cold;

import org.jspecify.annotations.NullMarked;
