package io.firn.broker.admin;

import java.util.function.LongSupplier;

/**
 * Running totals since the start, kept by the rooms that produce and consume. Called on any thread; must not block.
 *
 * @param putMessages messages appended for producers
 * @param putBytes bytes of their records
 * @param gotMessages messages given to consumers
 * @param pullsFound pulls that found messages
 * @param pullsMissed pulls that found none
 */
public record TrafficCounters(
        LongSupplier putMessages,
        LongSupplier putBytes,
        LongSupplier gotMessages,
        LongSupplier pullsFound,
        LongSupplier pullsMissed) {}
