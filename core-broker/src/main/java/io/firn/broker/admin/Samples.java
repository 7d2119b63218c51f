package io.firn.broker.admin;

/**
 * Running totals at moments of the past, in a ring: the oldest is overwritten. Between two samples totals are
 * interpolated; a stretch in which nothing was counted takes two samples however long it is. Not thread-safe.
 */
final class Samples {

    private final long[] nanos;
    private final long[][] totals;
    private int first;
    private int size;

    Samples(int capacity) {
        this.nanos = new long[capacity];
        this.totals = new long[capacity][];
    }

    /** Adds the totals of now; times never go back. */
    void add(long nowNanos, long[] now) {
        if (size > 1
                && java.util.Arrays.equals(now, total(size - 1))
                && java.util.Arrays.equals(now, total(size - 2))) {
            nanos[slot(size - 1)] = nowNanos;
            return;
        }
        if (size == nanos.length) {
            first = slot(1);
            size--;
        }
        nanos[slot(size)] = nowNanos;
        totals[slot(size)] = now.clone();
        size++;
    }

    /** Time of the newest sample; {@code missing} when there is none. */
    long newestNanos(long missing) {
        return size == 0 ? missing : nanos[slot(size - 1)];
    }

    /** The total of one counter at a time; before the first sample what it was then, 0 without samples. */
    double at(long timeNanos, int counter) {
        if (size == 0) {
            return 0;
        }
        int after = 0;
        while (after < size && nanos[slot(after)] - timeNanos < 0) {
            after++;
        }
        if (after == 0) {
            return total(0)[counter];
        }
        if (after == size) {
            return total(size - 1)[counter];
        }
        long from = nanos[slot(after - 1)];
        double share = (double) (timeNanos - from) / (nanos[slot(after)] - from);
        long low = total(after - 1)[counter];
        return low + share * (total(after)[counter] - low);
    }

    private long[] total(int index) {
        return totals[slot(index)];
    }

    private int slot(int index) {
        return (first + index) % nanos.length;
    }
}
