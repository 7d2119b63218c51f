package io.firn.broker.plugin.guard;

import io.firn.broker.runtime.Metrics;

/** The totals of one guard. */
record GuardCounts(
        Metrics.Count calls,
        Metrics.Count failures,
        Metrics.Count stuck,
        Metrics.Count sampledNanos,
        Metrics.Count samples) {}
