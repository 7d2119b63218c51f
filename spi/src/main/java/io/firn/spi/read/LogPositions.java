package io.firn.spi.read;

/**
 * How far the log has come, in bytes; one consistent look. None ever falls, except after a truncation, which dispatchers
 * are told of. Immutable.
 *
 * @param min the first byte that is still there
 * @param dispatched what lies below is in its queues
 * @param flushed what lies below survives a power cut here
 * @param confirmed what lies below is never truncated: flushed, and held by as many brokers as the broker waits for
 * @param appended the end
 * @since 1.0
 */
public record LogPositions(long min, long dispatched, long flushed, long confirmed, long appended) {}
