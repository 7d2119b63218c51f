package io.firn.broker.produce;

import io.firn.broker.log.LogWriter;
import io.firn.broker.queue.ConsumeQueues;
import io.firn.broker.record.EncodedRecords;
import io.firn.broker.record.HostAddress;
import io.firn.broker.record.IllegalRecordException;
import io.firn.broker.record.MessageSource;
import io.firn.broker.record.RecordEncoder;
import io.firn.broker.wire.RequestException;
import io.firn.broker.wire.ResponseCode;
import io.firn.spi.put.PutOutcome.Status;
import io.firn.spi.put.PutSnapshot;
import io.firn.spi.put.Verdict;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The one way into the log, for what clients send and for what the broker stores again: hooks, encoding, append, and the
 * word to the hooks what became of it. Any thread, each with its own {@link Place}.
 */
final class PutPath {

    private final PutHooks hooks;
    private final ConsumeQueues queues;
    private final LogWriter writer;
    private final SendMetrics metrics;

    PutPath(PutHooks hooks, ConsumeQueues queues, LogWriter writer, SendMetrics metrics) {
        this.hooks = hooks;
        this.queues = queues;
        this.writer = writer;
        this.metrics = metrics;
    }

    /** What one thread needs to store messages without allocating. */
    static final class Place {

        private final RecordEncoder encoder;
        private final HookedPut hooked;
        private final PutAside aside = new PutAside();

        Place(HostAddress host, int maxBodyBytes) {
            this.encoder = new RecordEncoder(host, maxBodyBytes);
            this.hooked = new HookedPut(maxBodyBytes);
        }
    }

    /** What looks at the messages of a topic; null when nothing does. */
    @Nullable
    PutChain chain(String topic) {
        return hooks.chain(topic);
    }

    /**
     * Stores a message or batch that was checked.
     *
     * @param chain of the message's topic; does not wait
     * @return valid until this thread stores the next
     * @throws RequestException when a hook refuses it, or it can not be encoded
     */
    EncodedRecords put(Place place, Incoming message, @Nullable PutChain chain) {
        if (chain == null) {
            return append(place, message, message);
        }
        before(place.hooked, message, chain);
        return appendHooked(place, message, chain);
    }

    /** Takes a message past the hooks that answer at once, and asks those that need time. */
    WaitingSend prepare(Place place, Incoming message, PutChain chain) {
        before(place.hooked, message, chain);
        return WaitingSend.copyOf(message, place.hooked, place.hooked.passed());
    }

    /** Asks, about the message that was prepared last, the hooks that need time. */
    CompletableFuture<@Nullable Verdict> ask(Place place, PutChain chain) {
        List<PutSnapshot> copies = place.hooked.snapshots();
        CompletableFuture<@Nullable Verdict> all = chain.ask(copies.getFirst());
        for (PutSnapshot copy : copies.subList(1, copies.size())) {
            all = all.thenCombine(chain.ask(copy), (first, second) -> first == null ? second : first);
        }
        return all;
    }

    /**
     * Ends what {@link #prepare} began.
     *
     * @param reject what hooks that needed time say; null to store
     */
    EncodedRecords resume(Place place, WaitingSend message, PutChain chain, @Nullable Verdict reject) {
        place.hooked.resume(message);
        if (reject != null) {
            place.hooked.notStored(chain, Status.REFUSED);
            throw Refusals.of(reject);
        }
        return appendHooked(place, message, chain);
    }

    private static void before(HookedPut hooked, Incoming message, PutChain chain) {
        Verdict verdict;
        try {
            verdict = hooked.before(message, chain);
        } catch (IllegalRecordException e) {
            throw illegal(e);
        }
        if (verdict.isReject()) {
            throw Refusals.of(verdict);
        }
    }

    private EncodedRecords appendHooked(Place place, Incoming message, PutChain chain) {
        HookedPut hooked = place.hooked;
        EncodedRecords records;
        try {
            if (hooked.isTooLarge()) {
                throw new IllegalRecordException("plugins made a batch of " + hooked.bodyLength() + " bytes of it");
            }
            records = append(place, message, hooked);
        } catch (RuntimeException e) {
            hooked.notStored(chain, Status.FAILED);
            throw e instanceof IllegalRecordException illegal ? illegal(illegal) : e;
        }
        hooked.appended(chain, records);
        return records;
    }

    /** {@code content} is what hooks made of the message. */
    private EncodedRecords append(Place place, Incoming message, MessageSource content) {
        SendRewrite.Shelf shelf = message.shelf();
        MessageSource source = shelf == null ? content : place.aside.at(content, shelf);
        EncodedRecords records;
        try {
            records = message.isBatch() ? place.encoder.encodeBatch(source) : place.encoder.encode(source);
        } catch (IllegalRecordException e) {
            throw illegal(e);
        }
        writer.append(records, queues.tail(source.topic(), source.queueId()));
        if (shelf != null) {
            shelf.stored(records);
        }
        metrics.messages.add(records.count());
        metrics.bytes.add(records.length());
        return records;
    }

    private static RequestException illegal(IllegalRecordException e) {
        return new RequestException(ResponseCode.MESSAGE_ILLEGAL, String.valueOf(e.getMessage()));
    }
}
