package io.firn.spi.retention;

import io.firn.spi.contract.ImplementedByPlugin;
import io.firn.spi.read.SegmentRef;

/**
 * Asked before a segment of the log is deleted. Any hold of any plugin keeps it; safety of data goes before disk space:
 * at last the broker refuses new messages, it never deletes what is held. Only an operator can break a hold, which leaves
 * a line in the audit log. While the plugin is missing or failed though the broker needs it, everything is held.
 *
 * @since 1.0
 */
@ImplementedByPlugin
@FunctionalInterface
public interface SegmentCleanupHook {

    /**
     * Whether the segment is still needed. Runs on the broker's housekeeper, one call at a time: answer from memory within
     * 100 ms. Idempotent: the same segment is asked for again and again, and "may go" does not mean that it goes. When it
     * throws, answers null or is late, the segment is held for 60 s and the plugin degraded.
     *
     * @since 1.0
     */
    Hold beforeDelete(SegmentRef segment, DeleteCause cause);

    /**
     * The segment is gone. Same thread and budget; told at least once, after a crash perhaps again. What it throws is
     * logged and counted.
     *
     * @since 1.0
     */
    default void afterDelete(SegmentRef segment) {}

    /**
     * The disk is too full and this plugin or others hold segments: time to hurry. Same thread and budget, so it only
     * starts work elsewhere; told on every round while it lasts. What it throws is logged and counted.
     *
     * @since 1.0
     */
    default void onDiskPressure(DiskPressure pressure) {}
}
