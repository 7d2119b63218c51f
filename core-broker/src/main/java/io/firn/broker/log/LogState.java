package io.firn.broker.log;

import io.firn.broker.runtime.ReadablePosition;

/**
 * What the flusher brings to disk.
 *
 * @param segments where the bytes are
 * @param appended how far they reach
 * @param checkpoint where it says how far they are safe
 */
record LogState(LogSegments segments, ReadablePosition appended, Checkpoint checkpoint) {}
