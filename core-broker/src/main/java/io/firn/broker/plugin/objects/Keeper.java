package io.firn.broker.plugin.objects;

import io.firn.broker.plugin.context.PluginRef;
import io.firn.broker.plugin.context.Registered;
import io.firn.broker.plugin.guard.PluginGuard;
import io.firn.spi.contract.CancelToken;
import io.firn.spi.contract.Deadline;
import io.firn.spi.objects.ObjectException;
import io.firn.spi.objects.ObjectException.Reason;
import io.firn.spi.objects.ObjectStorage;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands before the plugin that keeps objects: runs calls on its threads and makes of what it throws an answer. Any thread;
 * owner of the fields that change: this object's lock.
 */
final class Keeper {

    private static final Logger LOG = LoggerFactory.getLogger(Keeper.class);

    private final Registered.Objects registered;
    private final PluginGuard guard;
    private final Set<ObjectCall<?>> running = new HashSet<>();
    private boolean ended;

    Keeper(Registered.Objects registered, PluginGuard guard) {
        this.registered = registered;
        this.guard = guard;
    }

    /** What is asked of a storage. */
    @FunctionalInterface
    interface Work<T> {
        @Nullable
        T on(ObjectStorage storage, CancelToken token) throws ObjectException;
    }

    Registered.Objects registered() {
        return registered;
    }

    PluginRef owner() {
        return registered.owner();
    }

    /** Begins a call; it ends in any case. */
    <T> void begin(ObjectCall<T> call, Work<T> work) {
        synchronized (this) {
            if (ended) {
                call.fail(Reason.UNAVAILABLE, "plugin " + owner() + " has stopped keeping objects");
                return;
            }
            running.add(call);
        }
        String quarantine = guard.quarantine();
        try {
            if (quarantine != null) {
                call.fail(Reason.UNAVAILABLE, "plugin " + owner() + " is " + quarantine);
                done(call);
                return;
            }
            registered.threads().execute(() -> run(call, work));
        } catch (RejectedExecutionException e) {
            call.fail(Reason.PASSING, "plugin " + owner() + " has no thread free: " + e.getMessage());
            done(call);
        }
    }

    private <T> void run(ObjectCall<T> call, Work<T> work) {
        try {
            T value = work.on(registered.storage(), call);
            if (value == null) {
                throw new NullPointerException("it gave null for " + call.what());
            }
            call.succeed(value);
            guard.passed(PluginGuard.UNTIMED);
        } catch (ObjectException e) {
            LOG.debug("{} by plugin {} failed", call.what(), owner(), e);
            // no cause: what is kept of it would keep the classes of a plugin that may be unloaded
            call.fail(e.reason(), String.valueOf(e.getMessage()));
            guard.passed(PluginGuard.UNTIMED);
        } catch (Throwable e) { // the guard: what a plugin throws ends here
            call.fail(Reason.PASSING, "plugin " + owner() + " failed: " + e);
            guard.failed(e);
        } finally {
            done(call);
        }
    }

    private synchronized void done(ObjectCall<?> call) {
        running.remove(call);
        notifyAll();
    }

    /** No call begins any more; those under way are told to end, and their callers that they have. */
    void cease() {
        List<ObjectCall<?>> open;
        synchronized (this) {
            ended = true;
            open = List.copyOf(running);
        }
        open.forEach(call -> call.end(Reason.UNAVAILABLE, "plugin " + owner() + " has stopped keeping objects"));
    }

    /** Waits for calls under way after {@link #cease}; those that are still at work at the deadline. */
    synchronized List<String> awaitQuiet(Deadline deadline) {
        try {
            while (!running.isEmpty() && !deadline.isExpired()) {
                wait(deadline.remaining().toMillis() + 1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        guard.close();
        return running.stream()
                .map(call -> owner().id() + ": " + call.what() + " is still at work")
                .toList();
    }
}
