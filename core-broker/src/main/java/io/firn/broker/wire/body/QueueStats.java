package io.firn.broker.wire.body;

/**
 * How far one queue reaches.
 *
 * @param maxOffset the offset that the next message gets
 * @param lastUpdateTimestamp store time of the last message in milliseconds, 0 when there is none
 */
public record QueueStats(long minOffset, long maxOffset, long lastUpdateTimestamp) {}
