package io.firn.broker.log;

import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.FaultHandler;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.TaskAgent;

/**
 * What the log needs of the floor below.
 *
 * @param clock store times and deadlines
 * @param metrics where the log's counters go
 * @param faults told of failing forces and files
 * @param housekeeper does the log's chores that touch the disk; must outlive the log
 * @param disk asked before the log uses its disk
 */
public record LogRuntime(Clock clock, Metrics metrics, FaultHandler faults, TaskAgent housekeeper, DiskWatch disk) {

    /** With a disk that nobody watches. */
    public LogRuntime(Clock clock, Metrics metrics, FaultHandler faults, TaskAgent housekeeper) {
        this(clock, metrics, faults, housekeeper, DiskWatch.NONE);
    }
}
