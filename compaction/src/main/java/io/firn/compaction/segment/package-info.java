/**
 * Finished files of compacted records: log, index, keys, live bits, and the frame of magic, version and checksums that
 * every file of this plugin has. Written by the thread of one pass, immutable afterwards, read by any thread. Uses
 * {@code disk} and {@code frame}.
 */
@NullMarked
package io.firn.compaction.segment;

import org.jspecify.annotations.NullMarked;
