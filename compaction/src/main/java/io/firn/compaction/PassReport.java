package io.firn.compaction;

import io.firn.compaction.pass.PassCounts;
import io.firn.compaction.pass.PassOutcome;
import io.firn.compaction.queue.HostedQueue;
import io.firn.compaction.queue.PassListener;
import io.firn.compaction.queue.Trouble;
import io.firn.spi.metrics.Counter;
import io.firn.spi.metrics.MetricRegistry;
import io.firn.spi.metrics.Timer;
import org.slf4j.Logger;

/** Counts and logs what passes did. Any thread of the pool; a line per change of a queue's state, not per pass. */
final class PassReport implements PassListener {

    private final Logger log;
    private final Timer took;
    private final Counter done;
    private final Counter failed;
    private final Counter bytesIn;
    private final Counter bytesOut;
    private final Counter spilled;
    private final Counter keyless;
    private final Counter unmet;
    private final Counter killed;

    PassReport(MetricRegistry metrics, Logger log) {
        this.log = log;
        this.took = metrics.timer("pass", "How long passes take.");
        this.done = metrics.counter("passes", "Passes that ended well.");
        this.failed = metrics.counter("passes_failed", "Passes that a damaged record or the disk ended.");
        this.bytesIn = metrics.counter("bytes_in", "Bytes of records compacted from the log.");
        this.bytesOut = metrics.counter("bytes_out", "Bytes of records written to segments.");
        this.spilled = metrics.counter("spill_bytes", "Bytes that went through temporary files.");
        this.keyless = metrics.counter("keyless", "Records without a key that were met and kept.");
        this.unmet = metrics.counter("conditions_unmet", "Conditional records whose key was written in between.");
        this.killed = metrics.counter("records_dropped", "Records overwritten, deleted or expired.");
    }

    @Override
    public void ended(HostedQueue queue, long tookMs, PassOutcome outcome) {
        took.recordNs(tookMs * 1_000_000);
        switch (outcome) {
            case PassOutcome.Done result -> count(result.counts());
            case PassOutcome.Blocked blocked -> report(queue, blocked.reason());
            case PassOutcome.Failed refused -> report(queue, refused.reason());
            case PassOutcome.Stopped stopped -> log.debug("compaction of {} stopped: {}", queue.ref(), stopped);
        }
    }

    private void count(PassCounts counts) {
        done.increment();
        bytesIn.add(counts.bytesIn());
        bytesOut.add(counts.bytesOut());
        spilled.add(counts.spilledBytes());
        keyless.add(counts.keyless());
        unmet.add(counts.unmet());
        killed.add(counts.killed());
    }

    private void report(HostedQueue queue, String reason) {
        failed.increment();
        if (queue.trouble().map(Trouble::attempts).orElse(1) == 1) {
            log.warn("compaction of {} does not get on, readers are not touched: {}", queue.ref(), reason);
        }
    }
}
