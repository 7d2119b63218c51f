/**
 * The compacted part of one queue: its directory, its manifests, the view that readers hold, and the reads. One thread at a
 * time changes a queue (the one that runs its pass); any thread reads, without waiting. Uses {@code segment},
 * {@code frame} and {@code disk}.
 */
@NullMarked
package io.firn.compaction.store;

import org.jspecify.annotations.NullMarked;
