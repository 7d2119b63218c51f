package io.firn.bench;

import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * One stretch of load on one peer.
 *
 * @param counts what was answered in that stretch
 * @param seconds wall time
 * @param latency nanoseconds
 * @param after the peer's process at the end
 */
record Measured(Tally.Counts counts, double seconds, Cpu cpu, Histogram latency, ProcSample after) {
    /**
     * CPU seconds used in that stretch, user and system.
     *
     * @param peer by the peer's process
     * @param peerKernel the part of it in the kernel
     * @param own by this process: the generator's cost
     * @param others by all else on the machine
     */
    record Cpu(double peer, double peerKernel, double own, double others) {}

    double perSecond() {
        return counts.messages() / seconds;
    }

    double cpuPerMillion() {
        return cpu.peer() * 1e6 / counts.messages();
    }

    double kernelCpuPerMillion() {
        return cpu.peerKernel() * 1e6 / counts.messages();
    }

    double ownCpuPerMillion() {
        return cpu.own() * 1e6 / counts.messages();
    }

    double mibPerSecond() {
        return counts.bytes() / seconds / (1 << 20);
    }

    /** Cores that the peer kept busy. */
    double peerCores() {
        return cpu.peer() / seconds;
    }

    /** Cores that all but peer and generator kept busy: the noise. */
    double otherCores() {
        return cpu.others() / seconds;
    }

    /** Milliseconds below which this share of the latencies lies, {@code percentile} in 0..100. */
    double latencyMs(double percentile) {
        return latency.getValueAtPercentile(percentile) / (double) TimeUnit.MILLISECONDS.toNanos(1);
    }
}
