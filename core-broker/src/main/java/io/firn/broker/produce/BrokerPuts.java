package io.firn.broker.produce;

import io.firn.broker.log.FlushWaiter;
import io.firn.broker.log.LogFlusher;
import io.firn.broker.log.LogWriter;
import io.firn.broker.queue.ConsumeQueues;
import io.firn.broker.record.EncodedRecords;
import io.firn.broker.record.HostAddress;
import io.firn.broker.record.MessageSource;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import io.firn.spi.put.PutOrigin;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Messages that the broker itself stores: given back by consumers, due, or committed; they pass the hooks of the topic they
 * go to. And records of its own, which no hook sees.
 * What can not be stored now is thrown, or fails the future: {@link RequestException} as producers get it,
 * {@link io.firn.broker.runtime.BusyException}, {@link io.firn.broker.runtime.StorageException}, and
 * {@link IllegalArgumentException} for a queue that can not be. Any thread.
 */
public final class BrokerPuts {

    private final PutPath path;
    private final Ports ports;
    /** Null when nothing waits for the disk. */
    private final @Nullable LogFlusher flusher;

    private final ThreadLocal<PutPath.Place> places;

    private BrokerPuts(SendConfig config, Stores stores, Ports ports, Metrics metrics) {
        this.path = new PutPath(ports.hooks, stores.queues, stores.writer, SendMetrics.ofBroker(metrics));
        this.ports = ports;
        this.flusher = stores.flusher;
        int maxBodyBytes = config.maxBodySize().toIntBytes();
        this.places = ThreadLocal.withInitial(() -> new PutPath.Place(stores.host, maxBodyBytes));
    }

    /**
     * Where messages go.
     *
     * @param host address clients reach this broker at; part of every record
     * @param queues gives each queue's next offset
     * @param writer appends
     * @param flusher null when nothing waits for the disk
     */
    public record Stores(
            HostAddress host,
            ConsumeQueues queues,
            LogWriter writer,
            @Nullable LogFlusher flusher) {}

    /**
     * Who else has a say, or a part.
     *
     * @param gate asked before each message
     * @param hooks look at each message
     * @param late runs what had to wait for hooks
     */
    public record Ports(WriteGate gate, PutHooks hooks, Executor late) {}

    /** Ready for messages of the size that {@code config} allows. */
    public static BrokerPuts open(SendConfig config, Stores stores, Ports ports, Metrics metrics) {
        return new BrokerPuts(config, stores, ports, metrics);
    }

    /**
     * Stores a message, which is read before this returns, in the queue it names. Completes with the log position behind
     * it.
     */
    public CompletableFuture<Long> deliver(MessageSource message, PutOrigin origin) {
        return put(new StoredAgain(message, origin)).thenApply(Placed::endPosition);
    }

    /**
     * Stores a message, which must last, as if it were sent.
     *
     * @param rewrite lets it go aside when it is not to be delivered at once
     * @return completes, on any thread, with the log position behind it, once it is as safe as producers were promised
     */
    public CompletableFuture<Long> send(MessageSource message, PutOrigin origin, SendRewrite rewrite) {
        StoredAgain again = new StoredAgain(message, origin);
        CompletableFuture<?> missing = rewrite.rewrite(again);
        if (missing != null) {
            return missing.thenComposeAsync(done -> send(message, origin, rewrite), ports.late);
        }
        return store(again).thenApply(Placed::endPosition);
    }

    /** Stores a message as it is, read before this returns. Completes once it is as safe as producers were promised. */
    CompletableFuture<Placed> store(Incoming message) {
        LogFlusher disk = flusher;
        return disk == null ? put(message) : put(message).thenCompose(placed -> safe(disk, placed));
    }

    /**
     * Where a record went.
     *
     * @param position log position
     * @param queueOffset offset in its queue
     * @param endPosition log position behind it
     */
    public record Placed(long position, long queueOffset, long endPosition) {

        private static Placed of(EncodedRecords records) {
            return new Placed(records.position(), records.queueOffset(), records.endPosition());
        }
    }

    /** Stores a record of the broker's own. */
    public Placed own(MessageSource message) {
        checkGate();
        EncodedRecords records = path.put(places.get(), new StoredAgain(message, PutOrigin.CLIENT), null);
        return Placed.of(records);
    }

    private void checkGate() {
        String refusal = ports.gate.refusal();
        if (refusal != null) {
            throw new RequestException(ResponseCode.SERVICE_NOT_AVAILABLE, refusal);
        }
    }

    private CompletableFuture<Placed> put(Incoming message) {
        checkGate();
        PutPath.Place place = places.get();
        PutChain chain = path.chain(message.topic());
        if (chain == null || !chain.waits()) {
            return CompletableFuture.completedFuture(Placed.of(path.put(place, message, chain)));
        }
        WaitingSend own = path.prepare(place, message, chain);
        return path.ask(place, chain)
                .thenApplyAsync(reject -> Placed.of(path.resume(places.get(), own, chain, reject)), ports.late);
    }

    private static CompletableFuture<Placed> safe(LogFlusher disk, Placed placed) {
        CompletableFuture<Placed> safe = new CompletableFuture<>();
        disk.whenFlushed(placed.endPosition(), new FlushWaiter() {
            @Override
            public void flushed() {
                safe.complete(placed);
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
