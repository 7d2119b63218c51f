/**
 * How long archived messages are kept, and what happens then: offsets are no longer served, objects without living messages
 * are dropped and, after a grace, deleted; what crashes left behind is collected; the bucket is compared with the catalogue.
 * Runs on the archiver's thread, but for {@code Scrub}, which runs on an operator's. Uses
 * {@code catalogue}, {@code commit}, {@code format}, {@code store}.
 */
@NullMarked
package io.firn.tiered.retention;

import org.jspecify.annotations.NullMarked;
