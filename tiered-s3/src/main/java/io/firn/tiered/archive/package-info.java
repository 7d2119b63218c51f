/**
 * Takes the log to the bucket: cuts slices, packs and uploads them, reads them back, commits, publishes. One task of the
 * plugin at a time runs it and may block on the network; parts of an upload go out on its pool. Uses {@code store},
 * {@code format}, {@code commit}, {@code catalogue}.
 */
@NullMarked
package io.firn.tiered.archive;

import org.jspecify.annotations.NullMarked;
