/**
 * The compaction plugin in a real broker, loaded from its jar, read and written by stock clients, beside Apache RocketMQ's
 * compacted topics. Each suite has a broker of its own.
 */
@NullMarked
package io.firn.it.compaction;

import org.jspecify.annotations.NullMarked;
