package io.firn.tiered.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Waits, limits and budget of retries, on a clock of the test's own. */
final class RetryingObjectStoreTest {
    private final AtomicLong nanos = new AtomicLong();
    private final AtomicInteger calls = new AtomicInteger();
    private final List<Duration> waits = new ArrayList<>();
    private final CancelToken never = CancelToken.none();

    @Test
    void waitsBelowADoublingCeiling() {
        RetryPolicy policy = new RetryPolicy(8, Duration.ofMillis(100), Duration.ofSeconds(2), Duration.ofMinutes(5));
        ObjectStore store = failing(policy, new RetryBudget());

        assertThatThrownBy(() -> store.head("k", never)).isInstanceOf(StoreException.Retryable.class);

        assertThat(calls).hasValue(8);
        assertThat(waits).hasSize(7);
        for (int i = 0; i < waits.size(); i++) {
            assertThat(waits.get(i)).isBetween(Duration.ZERO, Duration.ofMillis(Math.min(2000, 100L << i)));
        }
        assertThat(waits.stream().distinct()).hasSizeGreaterThan(3);
    }

    @Test
    void beginsNoTryAfterItsTime() {
        RetryPolicy policy =
                new RetryPolicy(100, Duration.ofSeconds(20), Duration.ofSeconds(20), Duration.ofMinutes(1));
        ObjectStore store = failing(policy, new RetryBudget());

        assertThatThrownBy(() -> store.head("k", never)).isInstanceOf(StoreException.Retryable.class);

        assertThat(waits.stream().mapToLong(Duration::toNanos).sum())
                .isLessThanOrEqualTo(Duration.ofMinutes(1).toNanos());
        assertThat(calls).hasValueLessThan(100);
    }

    @Test
    void stopsRetryingWhenEverythingFails() {
        RetryPolicy policy = new RetryPolicy(8, Duration.ofMillis(1), Duration.ofMillis(1), Duration.ofHours(1));
        ObjectStore store = failing(policy, new RetryBudget());
        for (int i = 0; i < 1000; i++) {
            assertThatThrownBy(() -> store.head("k", never)).isInstanceOf(StoreException.Retryable.class);
        }

        assertThat(calls.get()).isEqualTo(1000 + 100);
    }

    @Test
    void earnsRetriesBackBySuccess() {
        RetryBudget budget = new RetryBudget();
        int taken = 0;
        while (budget.take()) {
            taken++;
        }
        assertThat(taken).isEqualTo(100);
        for (int i = 0; i < 5; i++) {
            assertThat(budget.take()).isFalse();
            budget.succeeded();
        }
        assertThat(budget.take()).isTrue();
        assertThat(budget.take()).isFalse();
    }

    /** A store whose every call fails in passing. */
    private ObjectStore failing(RetryPolicy policy, RetryBudget budget) {
        ObjectStore down = (ObjectStore) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {ObjectStore.class}, (proxy, called, args) -> {
                    calls.incrementAndGet();
                    throw new StoreException.Retryable("down", StoreException.Retryable.Cause.TRANSIENT, null);
                });
        RetryingObjectStore.Pause pause = (cancel, time) -> {
            waits.add(time);
            nanos.addAndGet(time.toNanos());
            return false;
        };
        return new RetryingObjectStore(
                down, policy, budget, new RetryingObjectStore.Backoff(nanos::get, new SplittableRandom(7), pause));
    }
}
