package io.firn.broker.produce;

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

/**
 * Stores what the broker itself wants stored: messages it kept elsewhere until now, past the hooks of their topic; and
 * records of its own, which no hook sees. Any thread.
 */
public final class PutAgain {

    private final PutPath path;
    private final WriteGate gate;
    private final ThreadLocal<PutPath.Place> places;

    private PutAgain(PutPath path, WriteGate gate, ThreadLocal<PutPath.Place> places) {
        this.path = path;
        this.gate = gate;
        this.places = places;
    }

    /**
     * Where a record went.
     *
     * @param position log position
     * @param endPosition log position behind it, what a flush has to reach
     * @param queueOffset offset in its queue
     * @param storeTimestamp ms since the epoch
     */
    public record Placed(long position, long endPosition, long queueOffset, long storeTimestamp) {

        private static Placed of(EncodedRecords records) {
            return new Placed(
                    records.position(), records.endPosition(), records.queueOffset(), records.storeTimestamp());
        }
    }

    /**
     * Where messages go.
     *
     * @param host address clients reach this broker at; part of every record
     * @param queues gives each queue's next offset
     * @param writer appends
     * @param gate asked before each message
     * @param hooks look at each message
     */
    public record Stores(
            HostAddress host, ConsumeQueues queues, LogWriter writer, WriteGate gate, PutHooks hooks) {}

    /** Ready for messages of the size that {@code config} allows. */
    public static PutAgain open(SendConfig config, Stores stores, Metrics metrics) {
        PutPath path = new PutPath(stores.hooks, stores.queues, stores.writer, SendMetrics.ofBroker(metrics));
        int maxBodyBytes = config.maxBodySize().toIntBytes();
        return new PutAgain(
                path, stores.gate, ThreadLocal.withInitial(() -> new PutPath.Place(stores.host, maxBodyBytes)));
    }

    /**
     * Stores a message past the hooks of its topic. {@code message} must last until the future is done.
     *
     * @return done at once unless a hook needs time; then on a thread of that hook. Fails with a
     *     {@link RequestException} when the broker takes no messages or a hook refuses this one, or with what the log
     *     throws: nothing is stored then
     */
    public CompletableFuture<Placed> put(MessageSource message, PutOrigin origin) {
        try {
            checkGate();
            return stored(new StoredAgain(message, origin));
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletableFuture<Placed> stored(StoredAgain message) {
        PutChain chain = path.chain(message.topic());
        PutPath.Place place = places.get();
        if (chain == null || !chain.waits()) {
            return CompletableFuture.completedFuture(Placed.of(path.put(place, message, chain)));
        }
        WaitingSend own = path.prepare(place, message, chain);
        return path.ask(place, chain)
                .thenApply(reject -> Placed.of(path.resume(places.get(), own, chain, reject)));
    }

    /**
     * Stores a record of the broker's own, which no hook sees.
     *
     * @throws RequestException when the broker takes no messages
     * @throws io.firn.broker.runtime.StorageException as the log says
     */
    public Placed putOwn(MessageSource message) {
        checkGate();
        return Placed.of(path.put(places.get(), new StoredAgain(message, PutOrigin.CLIENT), null));
    }

    private void checkGate() {
        String refusal = gate.refusal();
        if (refusal != null) {
            throw new RequestException(ResponseCode.SERVICE_NOT_AVAILABLE, refusal);
        }
    }
}
