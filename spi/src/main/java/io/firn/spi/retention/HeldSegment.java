package io.firn.spi.retention;

import io.firn.spi.read.SegmentRef;

/**
 * A segment that a plugin holds. Immutable.
 *
 * @param segment which
 * @param pluginId whose hold
 * @param hold until when and why
 * @since 1.0
 */
public record HeldSegment(SegmentRef segment, String pluginId, Hold hold) {}
