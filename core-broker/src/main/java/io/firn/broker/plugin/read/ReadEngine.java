package io.firn.broker.plugin.read;

import io.firn.broker.runtime.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all reads by plugins share. Any thread.
 *
 * @param open how to call off the reads under way
 */
record ReadEngine(
        ReadConfig config, Clock clock, ReadTimer timer, ByteBudget budget, ReadMetrics metrics, Set<Runnable> open) {

    private static final Logger LOG = LoggerFactory.getLogger(ReadEngine.class);

    ReadEngine(ReadConfig config, Clock clock, ReadTimer timer, ByteBudget budget, ReadMetrics metrics) {
        this(config, clock, timer, budget, metrics, ConcurrentHashMap.newKeySet());
    }

    /** Remembers how to call a read off until it is answered. */
    void track(CompletableFuture<?> answer, Runnable cancel) {
        open.add(cancel);
        var _ = answer.whenComplete((done, failure) -> open.remove(cancel));
    }

    /** The same answer, or a failure when it takes longer than a plugin may. */
    <T> CompletableFuture<T> inTime(ReadGuard guard, CompletableFuture<T> answer) {
        if (answer.isDone()) {
            return answer;
        }
        CompletableFuture<T> timely = new CompletableFuture<>();
        Runnable forget = timer.after(config.timeout(), () -> {
            if (!timely.isDone()) {
                timely.completeExceptionally(guard.failed(new LateException(config.timeout())));
            }
        });
        var _ = answer.whenComplete((value, failure) -> {
            forget.run();
            if (failure == null) {
                timely.complete(value);
            } else {
                timely.completeExceptionally(failure);
            }
        });
        return timely;
    }

    /** Calls off all reads under way: they are answered without messages. */
    void cancelAll() {
        open.forEach(Runnable::run);
    }

    /** Waits for these, not beyond the limit. For starts and stops of plugins only. */
    static void await(List<? extends CompletableFuture<?>> ends, Duration limit) {
        try {
            CompletableFuture.allOf(ends.toArray(CompletableFuture<?>[]::new))
                    .get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            LOG.warn("reads by plugins are not done after {} ms", limit.toMillis());
        } catch (ExecutionException e) {
            LOG.warn("reads by plugins ended badly", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
