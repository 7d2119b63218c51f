/**
 * One stored message as it lies in the commit log and, byte for byte the same, in a compacted segment: its fields, its
 * key, its tombstone mark, the hash of its key. Flyweights of one thread each, reused for every record. Uses nothing of
 * this plugin.
 */
@NullMarked
package io.firn.compaction.frame;

import org.jspecify.annotations.NullMarked;
