package io.firn.broker.wire.body;

import org.jspecify.annotations.Nullable;

/** Store times in one queue, in milliseconds. */
public record QueueTimeSpan(
        @Nullable MessageQueue messageQueue,
        long minTimeStamp,
        long maxTimeStamp,
        long consumeTimeStamp,
        long delayTime) {}
