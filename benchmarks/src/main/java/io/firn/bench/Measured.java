package io.firn.bench;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * One stretch of load on one peer.
 *
 * @param counts what was answered in that stretch
 * @param seconds wall time
 * @param peerCpuSeconds user and system time of the peer's process
 * @param ownCpuSeconds user and system time of this process: the generator's cost
 * @param latency nanoseconds
 * @param after the peer's process at the end
 */
record Measured(
        Tally.Counts counts,
        double seconds,
        double peerCpuSeconds,
        double ownCpuSeconds,
        Histogram latency,
        ProcSample after) {

    double perSecond() {
        return counts.messages() / seconds;
    }

    double cpuPerMillion() {
        return peerCpuSeconds * 1e6 / counts.messages();
    }

    double ownCpuPerMillion() {
        return ownCpuSeconds * 1e6 / counts.messages();
    }

    double mibPerSecond() {
        return counts.bytes() / seconds / (1 << 20);
    }

    /** Milliseconds below which this share of the latencies lies, {@code percentile} in 0..100. */
    double latencyMs(double percentile) {
        return latency.getValueAtPercentile(percentile) / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }
}
