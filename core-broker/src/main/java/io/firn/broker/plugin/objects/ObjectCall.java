package io.firn.broker.plugin.objects;

import io.firn.spi.contract.CancelToken;
import io.firn.spi.contract.Registration;
import io.firn.spi.objects.ObjectException;
import io.firn.spi.objects.ObjectException.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call, between the thread that waits for it and the one that runs it; whoever ends it first says how. Any thread; owner
 * of the list: this object's lock.
 *
 * @param <T> what it gives
 */
final class ObjectCall<T> implements CancelToken {

    private static final Logger LOG = LoggerFactory.getLogger(ObjectCall.class);

    private final String what;
    private final CompletableFuture<T> result = new CompletableFuture<>();
    private final List<Runnable> actions = new ArrayList<>();
    private boolean cancelled;

    /** @param what operation and object, for people */
    ObjectCall(String what) {
        this.what = what;
    }

    String what() {
        return what;
    }

    void succeed(T value) {
        result.complete(value);
    }

    void fail(Reason reason, String message) {
        result.completeExceptionally(new ObjectException(reason, what + ": " + message));
    }

    /** Nobody waits any more: the caller is told, and the one at work too. */
    void end(Reason reason, String message) {
        fail(reason, message);
        cancel();
    }

    /** What it gave, on the thread that wants it. */
    T await(Duration limit) throws ObjectException {
        try {
            return result.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw told(e.getCause());
        } catch (TimeoutException e) {
            end(Reason.PASSING, "late, not done after " + limit.toSeconds() + " s");
            return await(limit);
        } catch (InterruptedException e) {
            end(Reason.CANCELLED, "the thread was interrupted");
            Thread.currentThread().interrupt();
            throw new ObjectException(Reason.CANCELLED, what + ": the thread was interrupted", e);
        }
    }

    /** A new one for each caller: its stack says who called. */
    private static ObjectException told(@Nullable Throwable failure) {
        return failure instanceof ObjectException known
                ? new ObjectException(known.reason(), String.valueOf(known.getMessage()), known)
                : new ObjectException(Reason.PASSING, String.valueOf(failure), failure);
    }

    private void cancel() {
        List<Runnable> due;
        synchronized (this) {
            cancelled = true;
            due = List.copyOf(actions);
            actions.clear();
        }
        due.forEach(ObjectCall::run);
    }

    @Override
    public synchronized boolean isCancelled() {
        return cancelled;
    }

    @Override
    public Registration onCancel(Runnable action) {
        synchronized (this) {
            if (!cancelled) {
                actions.add(action);
                return () -> forget(action);
            }
        }
        run(action);
        return () -> {};
    }

    private synchronized void forget(Runnable action) {
        actions.remove(action);
    }

    /** The thread that cancels has others to cancel; the plugin's own trouble is the plugin's. */
    private static void run(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            LOG.warn("a plugin's action at the end of a call failed", e);
        }
    }
}
