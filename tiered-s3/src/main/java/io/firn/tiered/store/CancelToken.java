package io.firn.tiered.store;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ends calls early, from another thread and without interrupts: {@link #cancel} runs what the calls have registered
 * (aborting a connection) and makes every later check fail. One token may cover many calls. Thread safe; cancelling is
 * final and may be repeated.
 */
public final class CancelToken {
    private final CountDownLatch cancelled = new CountDownLatch(1);
    private final Set<Registration> registered = new LinkedHashSet<>();

    /** A token nobody cancels. */
    public static CancelToken none() {
        return new CancelToken();
    }

    /** Cancels; returns when the registered actions have run on this thread. */
    public void cancel() {
        Set<Registration> due;
        synchronized (registered) {
            cancelled.countDown();
            due = new LinkedHashSet<>(registered);
            registered.clear();
        }
        due.forEach(registration -> registration.action.run());
    }

    /** Whether {@link #cancel} was called. */
    public boolean isCancelled() {
        return cancelled.getCount() == 0;
    }

    /** Throws {@link StoreException.Cancelled} naming {@code what} if cancelled. */
    public void check(String what) {
        if (isCancelled()) {
            throw new StoreException.Cancelled(what + ": cancelled", null);
        }
    }

    /** Waits at most this long, less when cancelled meanwhile; an interrupt of the caller counts as cancelled. */
    public boolean awaitCancel(Duration atMost) {
        try {
            return cancelled.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** Runs {@code action} at cancellation, at once if that is past; close the registration when the call ends. */
    public Registration onCancel(Runnable action) {
        Registration registration = new Registration(action);
        synchronized (registered) {
            if (!isCancelled()) {
                registered.add(registration);
                return registration;
            }
        }
        action.run();
        return registration;
    }

    /** An action that waits for cancellation; closing takes it back. */
    public final class Registration implements AutoCloseable {
        private final Runnable action;

        private Registration(Runnable action) {
            this.action = action;
        }

        @Override
        public void close() {
            synchronized (registered) {
                registered.remove(this);
            }
        }
    }
}
