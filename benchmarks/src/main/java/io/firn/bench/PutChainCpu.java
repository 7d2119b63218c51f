package io.firn.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What {@link PutChainBench} takes of processor time, for machines on which much else runs: JMH measures by the wall clock,
 * which counts the time others ran. Prints the best of many rounds.
 */
public final class PutChainCpu {

    private static final int[] HOOKS = {0, 1, 4};
    private static final int ROUNDS = 40;
    private static final int CALLS = 2_000_000;

    private @Nullable Object last;

    private PutChainCpu() {}

    /** No arguments. */
    public static void main(String[] args) {
        for (int hooks : HOOKS) {
            System.out.printf(
                    Locale.ROOT,
                    "%d hooks: %.1f ns of processor time per message%n",
                    hooks,
                    new PutChainCpu().best(hooks));
        }
    }

    private double best(int hooks) {
        PutChainBench bench = new PutChainBench();
        bench.hooks = hooks;
        bench.register();
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        double best = Double.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            long from = threads.getCurrentThreadCpuTime();
            for (int i = 0; i < CALLS; i++) {
                last = bench.put();
            }
            best = Math.min(best, (double) (threads.getCurrentThreadCpuTime() - from) / CALLS);
        }
        bench.close();
        return last == this ? 0 : best;
    }
}
