/**
 * What a pass does: scan the tail of a queue for the latest record of each key, copy these, find what died in older
 * segments, let tombstones go when their time has come, rewrite what is mostly dead. One pass is one thread; passes share a
 * budget of memory and one of input and output. Uses {@code store}, {@code segment}, {@code frame} and {@code disk}; knows
 * the broker only as {@link io.firn.compaction.pass.RecordSource}.
 */
@NullMarked
package io.firn.compaction.pass;

import org.jspecify.annotations.NullMarked;
