package io.firn.broker.plugin.guard;

import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Switches a hook off that fails too often or is too slow, and lets one call per period through to see whether it is
 * well again. Closed it costs its callers one volatile read. Owner of the mutable fields: {@link #changing}.
 */
final class Breaker {

    /** Fewer samples than this say nothing about a percentile. */
    private static final int FEWEST_SAMPLES = 20;

    private static final int PERCENT = 100;

    private final GuardConfig config;
    private final ReentrantLock changing = new ReentrantLock();
    private final long[] failedAt;
    private int failures;
    private long windowStartNanos;
    private int samples;
    private int slow;
    private long nextProbeNanos;

    private volatile boolean open;
    /** Who makes the one call that decides, null when nobody does. */
    private volatile @Nullable Thread prober;

    Breaker(GuardConfig config, long nowNanos) {
        this.config = config;
        this.failedAt = new long[config.failures()];
        this.windowStartNanos = nowNanos;
    }

    boolean isOpen() {
        return open;
    }

    /** While open: whether the caller makes the probe that is due. */
    boolean takeProbe(long nowNanos) {
        changing.lock();
        try {
            if (nowNanos - nextProbeNanos < 0) {
                return false;
            }
            nextProbeNanos = nowNanos + config.probePeriod().toNanos();
            prober = Thread.currentThread();
            return true;
        } finally {
            changing.unlock();
        }
    }

    /** Whether the calling thread makes the probe. */
    boolean isProbe() {
        return open && prober == Thread.currentThread();
    }

    /** A call took so long; true when that opened the breaker. Also decides a probe. */
    boolean sampled(long tookNanos, long nowNanos) {
        changing.lock();
        try {
            boolean overBudget = tookNanos > config.budget().toNanos();
            if (open) {
                return false;
            }
            samples++;
            slow += overBudget ? 1 : 0;
            return endOfWindow(nowNanos) && isSlow(nowNanos);
        } finally {
            changing.unlock();
        }
    }

    private boolean endOfWindow(long nowNanos) {
        return nowNanos - windowStartNanos >= config.slowFor().toNanos();
    }

    /** Looks at the window that ended and begins the next. */
    private boolean isSlow(long nowNanos) {
        boolean tooSlow = samples >= FEWEST_SAMPLES && (long) slow * PERCENT > samples;
        windowStartNanos = nowNanos;
        samples = 0;
        slow = 0;
        if (tooSlow) {
            openAt(nowNanos);
        }
        return tooSlow;
    }

    /** A call failed; true when that opened the breaker. */
    boolean failed(long nowNanos) {
        changing.lock();
        try {
            if (open) {
                return false;
            }
            int slot = failures++ % failedAt.length;
            failedAt[slot] = nowNanos;
            long oldest = failedAt[failures % failedAt.length];
            boolean tooMany = failures >= failedAt.length
                    && nowNanos - oldest <= config.failureWindow().toNanos();
            if (tooMany) {
                openAt(nowNanos);
            }
            return tooMany;
        } finally {
            changing.unlock();
        }
    }

    /** Opens it whatever came before; false when it is open. */
    boolean trip(long nowNanos) {
        changing.lock();
        try {
            boolean was = open;
            openAt(nowNanos);
            return !was;
        } finally {
            changing.unlock();
        }
    }

    private void openAt(long nowNanos) {
        open = true;
        prober = null;
        nextProbeNanos = nowNanos + config.probePeriod().toNanos();
    }

    /** The probe went well; true when that closed the breaker. */
    boolean probePassed(long nowNanos) {
        changing.lock();
        try {
            if (!open || prober != Thread.currentThread()) {
                return false;
            }
            close(nowNanos);
            return true;
        } finally {
            changing.unlock();
        }
    }

    /** The answer to a probe came, on whatever thread; true when that closed the breaker. */
    boolean answered(long nowNanos) {
        changing.lock();
        try {
            boolean was = open;
            close(nowNanos);
            return was;
        } finally {
            changing.unlock();
        }
    }

    private void close(long nowNanos) {
        open = false;
        prober = null;
        failures = 0;
        samples = 0;
        slow = 0;
        windowStartNanos = nowNanos;
    }
}
