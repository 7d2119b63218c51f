package io.firn.tiered.store;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.Abortable;

/**
 * One request in flight: what aborts it when its token is cancelled or its time is up. Bound to the calling thread
 * while the SDK runs, so that {@link AbortableHttpClient} finds it; guarded by its own lock.
 */
final class S3Call {
    private static final ScopedValue<S3Call> CURRENT = ScopedValue.newInstance();

    /** Why a request was ended by us. */
    enum End {
        CANCELLED,
        TIMED_OUT
    }

    private @Nullable Abortable running;
    private @Nullable End ended;

    private S3Call() {}

    /** Runs one SDK call; every failure leaves as a {@link StoreException}. */
    static <T> T run(RequestKind kind, String what, Duration limit, CancelToken cancel, Supplier<T> request) {
        cancel.check(what);
        S3Call call = new S3Call();
        CompletableFuture<Void> done = new CompletableFuture<>();
        CompletableFuture<Void> deadline = done.orTimeout(limit.toNanos(), TimeUnit.NANOSECONDS);
        var _ = deadline.exceptionally(late -> {
            call.end(End.TIMED_OUT);
            return null;
        });
        try (CancelToken.Registration _ = cancel.onCancel(() -> call.end(End.CANCELLED))) {
            return ScopedValue.where(CURRENT, call).call(request::get);
        } catch (SdkException | UncheckedIOException e) {
            throw S3Errors.translate(kind, what, e, call.ended());
        } finally {
            done.complete(null);
        }
    }

    /** The call that runs on this thread; none for requests of the SDK's own, such as for credentials. */
    static @Nullable S3Call current() {
        return CURRENT.isBound() ? CURRENT.get() : null;
    }

    /** From now on {@code request} is what must be aborted; at once if the call is over already. */
    void attach(Abortable request) {
        synchronized (this) {
            if (ended == null) {
                running = request;
                return;
            }
        }
        request.abort();
    }

    private synchronized @Nullable End ended() {
        return ended;
    }

    private void end(End how) {
        Abortable request;
        synchronized (this) {
            if (ended != null) {
                return;
            }
            ended = how;
            request = running;
        }
        if (request != null) {
            request.abort();
        }
    }
}
