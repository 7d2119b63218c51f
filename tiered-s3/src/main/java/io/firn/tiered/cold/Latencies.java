package io.firn.tiered.cold;

import java.time.Duration;
import java.util.Arrays;

/**
 * How long requests took of late, for requests of like size: the last 128 of each. Any thread.
 */
final class Latencies {
    /** Requests up to so many bytes are alike. */
    private static final int[] SIZES = {256 << 10, 1 << 20, 4 << 20, Integer.MAX_VALUE};

    private static final int KEPT = 128;
    private static final int LEAST = 32;
    /** Below that a second request costs more than it wins. */
    private static final long FLOOR_NS = Duration.ofMillis(10).toNanos();

    private final long[][] tookNs = new long[SIZES.length][KEPT];
    private final int[] seen = new int[SIZES.length];

    private static int sizeOf(int bytes) {
        int size = 0;
        while (bytes > SIZES[size]) {
            size++;
        }
        return size;
    }

    /** A request of so many bytes took so long. */
    synchronized void took(int bytes, long ns) {
        int size = sizeOf(bytes);
        tookNs[size][seen[size]++ % KEPT] = ns;
        if (seen[size] == 2 * KEPT) {
            seen[size] = KEPT;
        }
    }

    /** What 95 of 100 such requests stay below, 10 ms at least; -1 when too few were seen to tell. */
    synchronized long usualNs(int bytes) {
        int size = sizeOf(bytes);
        int n = Math.min(seen[size], KEPT);
        if (n < LEAST) {
            return -1;
        }
        long[] sorted = Arrays.copyOf(tookNs[size], n);
        Arrays.sort(sorted);
        return Math.max(FLOOR_NS, sorted[n * 95 / 100]);
    }
}
