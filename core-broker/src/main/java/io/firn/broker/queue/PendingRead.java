package io.firn.broker.queue;

import java.util.concurrent.CompletableFuture;

/**
 * A read under way. Whoever started it takes the outcome, and closes what was found, even after {@code cancel}.
 *
 * @param outcome completes once, on any thread
 * @param cancel tells that nobody waits any more: the outcome comes soon. Any thread, idempotent, does not block
 */
public record PendingRead(CompletableFuture<ReadOutcome> outcome, Runnable cancel) {

    /** One that is answered already. */
    public static PendingRead done(ReadOutcome outcome) {
        return new PendingRead(CompletableFuture.completedFuture(outcome), () -> {});
    }

    /** One that failed already. */
    public static PendingRead failed(RuntimeException failure) {
        return new PendingRead(CompletableFuture.failedFuture(failure), () -> {});
    }
}
