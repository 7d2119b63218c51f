/**
 * Which objects are the archive: a log of small create-only records in the bucket, its fence, checkpoints and boundary,
 * and the read-back that comes before each commit. No manifest is ever changed, no clock and no lease is trusted; ADR 10
 * has the argument. An {@code ArchiveLog} belongs to the one thread that commits, and blocks it. Uses
 * {@code io.firn.tiered.store} and {@code io.firn.tiered.format}.
 */
@NullMarked
package io.firn.tiered.commit;

import org.jspecify.annotations.NullMarked;
