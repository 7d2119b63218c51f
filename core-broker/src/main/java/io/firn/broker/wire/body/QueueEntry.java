package io.firn.broker.wire.body;

import org.jspecify.annotations.Nullable;

/** One entry of a consume queue. */
public record QueueEntry(
        long physicOffset,
        int physicSize,
        long tagsCode,
        @Nullable String extendDataJson,
        @Nullable String bitMap,
        boolean eval,
        @Nullable String msg) {}
