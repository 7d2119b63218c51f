/**
 * The files below the compacted data: one small interface over java.nio, so that tests can put a disk there that loses
 * power between any two steps. No thread of its own; callers are the threads that run passes, and those that open and
 * close queues. Uses nothing of this plugin.
 */
@NullMarked
package io.firn.compaction.disk;

import org.jspecify.annotations.NullMarked;
