package io.firn.broker.produce;

import io.firn.broker.log.FlushWaiter;
import io.firn.broker.log.LogFlusher;
import io.firn.broker.record.HostAddress;
import io.firn.broker.record.MessageSource;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import io.firn.spi.put.PutOrigin;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Messages that the broker itself stores: given back by consumers, or due. They pass the hooks of the topic they go to.
 * What can not be stored now is thrown, or fails the future: {@link RequestException} as producers get it,
 * {@link io.firn.broker.runtime.BusyException}, {@link io.firn.broker.runtime.StorageException}, and
 * {@link IllegalArgumentException} for a queue that can not be. A message is read before the call returns. Any thread.
 */
public final class BrokerPuts {

    private final PutPath path;
    private final WriteGate gate;
    private final SendRewrite rewrite;
    private final Executor late;
    /** Null when nothing waits for the disk. */
    private final @Nullable LogFlusher flusher;

    private final ThreadLocal<PutPath.Place> places;

    BrokerPuts(PutPath path, WriteGate gate, Later later, HostAddress host, int maxBodyBytes) {
        this.path = path;
        this.gate = gate;
        this.rewrite = later.rewrite;
        this.late = later.late;
        this.flusher = later.flusher;
        this.places = ThreadLocal.withInitial(() -> new PutPath.Place(host, maxBodyBytes));
    }

    /**
     * What storing may have to wait for.
     *
     * @param rewrite sees what is sent, not what is delivered
     * @param late where a message is stored that had to wait for a hook
     * @param flusher null when nothing waits for the disk
     */
    record Later(SendRewrite rewrite, Executor late, @Nullable LogFlusher flusher) {}

    /** Stores a message in the queue it names. Completes with the log position behind it. */
    public CompletableFuture<Long> deliver(MessageSource message, PutOrigin origin) {
        return put(new StoredAgain(message, origin));
    }

    /**
     * Stores a message as if it were sent: it goes aside when it asks to be delivered later. Completes with the log
     * position behind it, once it is as safe as producers were promised, on any thread.
     */
    public CompletableFuture<Long> send(MessageSource message, PutOrigin origin) {
        StoredAgain again = new StoredAgain(message, origin);
        CompletableFuture<?> missing = rewrite.rewrite(again);
        if (missing != null) {
            return missing.thenComposeAsync(done -> send(message, origin), late);
        }
        LogFlusher disk = flusher;
        return disk == null ? put(again) : put(again).thenCompose(end -> safe(disk, end));
    }

    private CompletableFuture<Long> put(StoredAgain message) {
        String refusal = gate.refusal();
        if (refusal != null) {
            throw new RequestException(ResponseCode.SERVICE_NOT_AVAILABLE, refusal);
        }
        PutPath.Place place = places.get();
        PutChain chain = path.chain(message.topic());
        if (chain == null || !chain.waits()) {
            return CompletableFuture.completedFuture(
                    path.put(place, message, chain).endPosition());
        }
        WaitingSend own = path.prepare(place, message, chain);
        return path.ask(place, chain)
                .thenApplyAsync(
                        reject -> path.resume(places.get(), own, chain, reject).endPosition(), late);
    }

    private static CompletableFuture<Long> safe(LogFlusher disk, long end) {
        CompletableFuture<Long> safe = new CompletableFuture<>();
        disk.whenFlushed(end, new FlushWaiter() {
            @Override
            public void flushed() {
                safe.complete(end);
            }

            @Override
            public void timedOut() {
                safe.completeExceptionally(new RequestException(
                        ResponseCode.FLUSH_DISK_TIMEOUT, "the disk did not take the message in time"));
            }

            @Override
            public void failed(Throwable cause) {
                safe.completeExceptionally(cause);
            }
        });
        return safe;
    }
}
