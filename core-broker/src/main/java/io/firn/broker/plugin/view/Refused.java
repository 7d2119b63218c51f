package io.firn.broker.plugin.view;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Several changes as one: done when all are, whatever becomes of each; fails with what was refused. Any thread. */
final class Refused {

    private Refused() {}

    static CompletableFuture<Void> of(List<CompletableFuture<?>> changes) {
        List<String> reasons = new ArrayList<>();
        CompletableFuture<?>[] heard = changes.stream()
                .map(change -> change.exceptionally(failure -> {
                    Throwable cause = failure instanceof CompletionException && failure.getCause() != null
                            ? failure.getCause()
                            : failure;
                    synchronized (reasons) {
                        reasons.add(String.valueOf(cause.getMessage()));
                    }
                    return null;
                }))
                .toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(heard).thenRun(() -> {
            synchronized (reasons) {
                if (!reasons.isEmpty()) {
                    throw new IllegalArgumentException(String.join("; ", reasons));
                }
            }
        });
    }
}
