package io.firn.broker.plugin.put;

import io.firn.broker.plugin.guard.CallSlot;
import io.firn.broker.plugin.guard.Guards;
import io.firn.broker.plugin.guard.PluginGuard;
import io.firn.spi.contract.Deadline;
import io.firn.spi.put.AsyncHookSpec;
import io.firn.spi.put.AsyncPutHook;
import io.firn.spi.put.PutSnapshot;
import io.firn.spi.put.Verdict;
import java.util.Comparator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One asynchronous put hook. Its answer is waited for until its deadline, and at most so many at once; then its reaction
 * to failure speaks for it. Any thread.
 *
 * @param inFlight messages of the hook's plugin that wait, shared by the plugin's hooks
 * @param whenFailed what becomes of a message without an answer; null to store it
 */
record GuardedAsyncHook(
        AsyncHookSpec spec,
        AsyncPutHook hook,
        PluginGuard guard,
        AtomicInteger inFlight,
        @Nullable Verdict whenFailed) {

    /** Most messages of one plugin that wait at once. */
    static final int MOST_IN_FLIGHT = 10_000;

    /** As of hooks that answer at once. */
    static final Comparator<GuardedAsyncHook> ORDER = Comparator.comparing(
                    (GuardedAsyncHook hook) -> hook.spec.hook().phase())
            .thenComparingLong(hook -> -(long) hook.spec.hook().priority())
            .thenComparing(hook -> hook.guard.owner().pluginId())
            .thenComparing(hook -> hook.spec.hook().name());

    /** Completes by the deadline, with a reject, or null to store. */
    CompletableFuture<@Nullable Verdict> ask(PutSnapshot copy, Guards guards) {
        if (!guard.admits()) {
            return CompletableFuture.completedFuture(guard.isEnded() ? null : whenFailed);
        }
        boolean probe = guard.isProbe();
        if (inFlight.incrementAndGet() > MOST_IN_FLIGHT) {
            inFlight.decrementAndGet();
            guard.misbehaved("more than " + MOST_IN_FLIGHT + " messages wait for it");
            return CompletableFuture.completedFuture(whenFailed);
        }
        CompletableFuture<Verdict> answer = new CompletableFuture<>();
        begin(copy, guards, answer);
        return answer.orTimeout(spec.deadline().toNanos(), TimeUnit.NANOSECONDS)
                .<@Nullable Verdict>handle((verdict, failure) -> {
                    inFlight.decrementAndGet();
                    return settled(verdict, failure, probe);
                });
    }

    private void begin(PutSnapshot copy, Guards guards, CompletableFuture<Verdict> answer) {
        CallSlot slot = guards.watch().slot();
        Thread thread = Thread.currentThread();
        ClassLoader outer = thread.getContextClassLoader();
        thread.setContextClassLoader(guard.owner().loader());
        slot.enter(guard);
        try {
            CompletionStage<Verdict> stage =
                    hook.beforePut(copy, Deadline.after(spec.deadline(), guards.clock()::nanos));
            stage.whenComplete((verdict, failure) -> {
                if (failure != null) {
                    answer.completeExceptionally(failure);
                } else {
                    answer.complete(verdict);
                }
            });
        } catch (Throwable e) {
            answer.completeExceptionally(e);
        } finally {
            slot.leave();
            thread.setContextClassLoader(outer);
        }
    }

    private @Nullable Verdict settled(@Nullable Verdict verdict, @Nullable Throwable failure, boolean probe) {
        if (failure instanceof TimeoutException) {
            guard.misbehaved("no answer within " + spec.deadline().toMillis() + " ms");
            return whenFailed;
        }
        if (failure != null) {
            guard.failed(failure);
            return whenFailed;
        }
        if (verdict == null || verdict == Verdict.MODIFIED) {
            guard.misbehaved(verdict == null ? "it gave no verdict" : "it says it changed what is a copy");
            return whenFailed;
        }
        guard.answered(probe);
        return verdict.isReject() ? verdict : null;
    }

    /** To itself only: no code of the plugin tells hooks apart. */
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other;
    }

    @Override
    public int hashCode() {
        return System.identityHashCode(this);
    }
}
