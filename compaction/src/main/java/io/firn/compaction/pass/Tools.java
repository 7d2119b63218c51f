package io.firn.compaction.pass;

import java.time.InstantSource;

/**
 * What all passes share.
 *
 * @param memory the broker-wide budget of memory
 * @param io the broker-wide rate of reading and writing
 * @param clock wall clock
 * @param limits sizes
 */
public record Tools(MemoryBudget memory, IoBudget io, InstantSource clock, PassLimits limits) {}
