/**
 * Objects in a bucket: whole puts, exact ranged reads, listings, multipart uploads, with typed errors.
 * Two back ends, S3 and a directory, keep one contract ({@link io.firn.tiered.store.ObjectStore}); decorators add
 * retries and metering. Every call blocks and runs on the caller's thread, which is meant to be a virtual one.
 * Knows nothing of slices, frames or logs, and uses no other package of the plugin.
 */
@NullMarked
package io.firn.tiered.store;

import org.jspecify.annotations.NullMarked;
