package io.firn.compaction.queue;

import io.firn.compaction.pass.PassOutcome;

/** Told of each pass that ended, on its thread; must not block. */
@FunctionalInterface
public interface PassListener {

    /** A pass of this queue took so long and ended like this. */
    void ended(HostedQueue queue, long tookMs, PassOutcome outcome);
}
