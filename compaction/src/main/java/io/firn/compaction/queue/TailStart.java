package io.firn.compaction.queue;

/**
 * The first record that is not compacted.
 *
 * @param offset its queue offset
 * @param position where it stands in the log
 * @param storeTime when it was stored, ms
 */
public record TailStart(long offset, long position, long storeTime) {}
