package io.firn.broker.plugin.read;

import io.firn.broker.plugin.context.PluginRef;
import io.firn.broker.plugin.context.RefAlarm;
import io.firn.broker.plugin.guard.Guards;
import io.firn.broker.plugin.guard.PluginGuard;
import io.firn.broker.runtime.BusyException;
import io.firn.broker.runtime.Clock;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the broker and what one plugin registered to read with: runs calls on the plugin's threads, counts those
 * under way, and makes of what they throw an answer for the client; {@link PluginGuard} has the rest. Any thread.
 */
final class ReadGuard {

    private static final long STUCK_NANOS = Duration.ofSeconds(1).toNanos();
    /** So many failures in a row, and operators are told. */
    private static final int DEGRADED_AFTER = 5;

    private final PluginRef owner;
    private final String part;
    private final PluginGuard guard;
    private final Clock clock;

    /** Owner of these four: this object's lock. */
    private int running;

    private int failuresInARow;
    private boolean ended;
    private @Nullable CompletableFuture<Void> quiet;

    /** Since when the oldest direct call has not come back; 0 for none. */
    private final AtomicLong directSince = new AtomicLong();
    /** Why it is never called again, when it is not just stopped; null when it may be. */
    private volatile @Nullable String off;

    ReadGuard(PluginRef owner, String part, Guards guards) {
        this.owner = owner;
        this.part = part;
        this.guard = guards.guard(RefAlarm.ownerOf(owner), part, PluginGuard.Watch.NONE);
        this.clock = guards.clock();
    }

    /** Before something that is not there: every call is refused. */
    static ReadGuard ofAbsent(PluginRef owner, String part, Guards guards, String why) {
        ReadGuard guard = new ReadGuard(owner, part, guards);
        guard.off = why;
        guard.close();
        return guard;
    }

    /** Whether it stands before something that is not there. */
    boolean isAbsent() {
        return off != null;
    }

    PluginRef owner() {
        return owner;
    }

    /** Plugin and part, for people. */
    String name() {
        return "plugin " + owner.label() + ", " + part;
    }

    /**
     * Runs a call on a thread of the plugin. The future fails with a {@link RequestException} that names the plugin, or a
     * {@link BusyException}.
     */
    <T> CompletableFuture<T> call(Supplier<T> work) {
        return run(() -> CompletableFuture.completedFuture(work.get()), Meaning.ASIDE);
    }

    /** The same for a call that answers later; counted as under way until it has. */
    <T> CompletableFuture<T> callStage(Supplier<? extends CompletionStage<T>> work) {
        return run(work, Meaning.READ);
    }

    /** What it means that a call came back well. */
    private enum Meaning {
        /** The plugin can read. */
        READ,
        /** It answers from memory, which says nothing of reading. */
        ASIDE
    }

    private <T> CompletableFuture<T> run(Supplier<? extends CompletionStage<T>> work, Meaning meaning) {
        CompletableFuture<T> result = new CompletableFuture<>();
        String why = enter();
        if (why != null) {
            result.completeExceptionally(refusal(why));
            return result;
        }
        try {
            threads().execute(() -> start(work, meaning, result));
        } catch (RejectedExecutionException | BusyException e) {
            exit();
            result.completeExceptionally(new BusyException(name() + " has no thread free: " + e.getMessage()));
        }
        return result;
    }

    /** Runs what ends something, also when no other call begins any more. */
    <T> CompletableFuture<T> last(Supplier<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        synchronized (this) {
            running++;
        }
        try {
            threads().execute(() -> start(() -> CompletableFuture.completedFuture(work.get()), Meaning.ASIDE, result));
        } catch (RejectedExecutionException | BusyException e) {
            exit();
            result.completeExceptionally(new BusyException(name() + " has no thread free: " + e.getMessage()));
        }
        return result;
    }

    private Executor threads() {
        return owner.threads();
    }

    private <T> void start(Supplier<? extends CompletionStage<T>> work, Meaning meaning, CompletableFuture<T> result) {
        try {
            CompletionStage<T> stage = work.get();
            if (stage == null) {
                throw new NullPointerException("it gave null");
            }
            stage.whenComplete((value, failure) -> {
                try {
                    answer(result, meaning, value, failure);
                } finally {
                    exit();
                }
            });
        } catch (Throwable e) { // the guard: what a plugin throws ends here
            try {
                result.completeExceptionally(failed(e));
            } finally {
                exit();
            }
        }
    }

    private <T> void answer(
            CompletableFuture<T> result, Meaning meaning, @Nullable T value, @Nullable Throwable failure) {
        if (failure instanceof CancellationException) {
            // it was told that nobody waits
            result.completeExceptionally(refusal("was cancelled"));
        } else if (failure != null) {
            result.completeExceptionally(failed(failure));
        } else if (value == null) {
            result.completeExceptionally(failed(new NullPointerException("it completed with null")));
        } else {
            if (meaning == Meaning.READ) {
                passed();
            }
            result.complete(value);
        }
    }

    /**
     * Runs a call that answers from memory right here. For once per queue, not per request, and for plugins' threads.
     *
     * @throws RequestException when it fails
     * @throws BusyException when an earlier one does not come back
     */
    <T> T callHere(Supplier<T> work) {
        long since = directSince.get();
        long now = clock.nanos() | 1;
        if (since != 0 && now - since > STUCK_NANOS) {
            throw new BusyException(name() + " does not answer");
        }
        String why = enter();
        if (why != null) {
            throw refusal(why);
        }
        boolean first = directSince.compareAndSet(0, now);
        try {
            return work.get();
        } catch (Throwable e) { // the guard: what a plugin throws ends here
            throw failed(e);
        } finally {
            if (first) {
                directSince.set(0);
            }
            exit();
        }
    }

    private synchronized @Nullable String enter() {
        if (ended) {
            return "is stopped";
        }
        String absent = off;
        if (absent != null) {
            return absent;
        }
        String quarantine = guard.quarantine();
        if (quarantine != null) {
            return "is " + quarantine;
        }
        running++;
        return null;
    }

    private void exit() {
        CompletableFuture<Void> done = null;
        synchronized (this) {
            running--;
            if (running == 0) {
                done = quiet;
            }
        }
        if (done != null) {
            done.complete(null);
        }
    }

    private RequestException refusal(String why) {
        return new RequestException(ResponseCode.SYSTEM_ERROR, name() + " " + why);
    }

    /** Counts and logs a failure; what it returns is for the client. */
    RuntimeException failed(Throwable failure) {
        Throwable cause = failure;
        while (cause instanceof CompletionException && cause.getCause() != null) {
            cause = cause.getCause();
        }
        if (cause instanceof BadFramesException || cause instanceof LateException) {
            guard.misbehaved(String.valueOf(cause.getMessage()));
        } else {
            guard.failed(cause);
        }
        boolean tell;
        synchronized (this) {
            failuresInARow++;
            tell = failuresInARow == DEGRADED_AFTER;
        }
        if (tell) {
            guard.degraded("its last " + DEGRADED_AFTER + " reads failed, the last with " + cause);
        }
        return cause instanceof RequestException request
                ? request
                : new RequestException(ResponseCode.SYSTEM_ERROR, name() + " failed: " + cause);
    }

    /** A read came back well. */
    private void passed() {
        synchronized (this) {
            failuresInARow = 0;
        }
        guard.passed(PluginGuard.UNTIMED);
        guard.recovered("a read went well");
    }

    /** Nothing is counted or reported any more. Once, after {@link #end}. */
    void close() {
        guard.close();
    }

    /** No call begins any more. The future completes when those that have begun are over. */
    CompletableFuture<Void> end() {
        synchronized (this) {
            ended = true;
            CompletableFuture<Void> done = quiet;
            if (running == 0) {
                return CompletableFuture.completedFuture(null);
            }
            if (done == null || done.isDone()) {
                // calls that end something may have begun after all others were over
                done = new CompletableFuture<>();
                quiet = done;
            }
            return done;
        }
    }

    /** Calls under way. */
    synchronized int running() {
        return running;
    }
}
