package io.firn.tiered.store;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bounds the share of retries over all calls, so that a store that is down is not hit harder: a retry takes five
 * tokens, a success gives one back. Thread safe.
 */
final class RetryBudget {
    private static final int CAPACITY = 500;
    private static final int PER_RETRY = 5;

    private final AtomicInteger tokens = new AtomicInteger(CAPACITY);

    /** Whether one more retry is within the budget; takes it. */
    boolean take() {
        int before = tokens.getAndUpdate(have -> have >= PER_RETRY ? have - PER_RETRY : have);
        return before >= PER_RETRY;
    }

    void succeeded() {
        tokens.getAndUpdate(have -> Math.min(CAPACITY, have + 1));
    }
}
