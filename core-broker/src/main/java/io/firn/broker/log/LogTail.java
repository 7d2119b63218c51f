package io.firn.broker.log;

import io.firn.broker.runtime.Position;

/**
 * The growing end of the log.
 *
 * @param segments all segments, the last one being filled
 * @param spare the segment after the last
 * @param ahead makes pages ready
 * @param appended position behind the last record; published by the writer under the append lock
 */
record LogTail(LogSegments segments, SpareSegment spare, PopulateAhead ahead, Position appended) {}
