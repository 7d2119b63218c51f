package io.firn.mirror;

import io.firn.spi.topic.QueueRef;

/**
 * A message of the log that has to go. Immutable.
 *
 * @param queue where it stands here
 * @param position in the log
 * @param record its bytes as they are stored, a copy
 */
record Stored(QueueRef queue, long position, byte[] record) {}
