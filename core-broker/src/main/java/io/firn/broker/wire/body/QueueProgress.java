package io.firn.broker.wire.body;

/**
 * How far a group is in one queue.
 *
 * @param brokerOffset the offset that the next message gets
 * @param lastTimestamp store time in milliseconds of the last message consumed
 */
public record QueueProgress(long brokerOffset, long consumerOffset, long pullOffset, long lastTimestamp) {}
