package io.firn.broker.admin;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Many answers as one. */
final class Gathered {

    private Gathered() {}

    /** All of them in order, once all are there; fails when one does. */
    static <T> CompletableFuture<List<T>> of(List<CompletableFuture<T>> answers) {
        return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new))
                .thenApply(done ->
                        answers.stream().map(CompletableFuture::resultNow).toList());
    }
}
