package io.firn.tiered.archive;

import io.firn.tiered.format.ByteSink;
import io.firn.tiered.store.CancelToken;
import io.firn.tiered.store.ObjectStore;
import io.firn.tiered.store.Payload;
import io.firn.tiered.store.PutOptions;
import io.firn.tiered.store.StoreException;
import io.firn.tiered.store.StoredObject;
import io.firn.tiered.store.UploadRef;
import io.firn.tiered.store.UploadedPart;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One object on its way: small ones in one request, larger ones in parts, some at a time. Memory: the parts in flight and
 * the one being filled. Owner: the archiver's thread, which waits here for the network; parts are sent on the pool.
 */
final class ObjectUpload implements ByteSink {
    private static final Logger LOG = LoggerFactory.getLogger(ObjectUpload.class);
    private static final int CHUNK_BYTES = 1 << 20;

    private final Route route;
    private final String key;
    private final PutOptions options;
    private final Semaphore slots;
    private final List<CompletableFuture<UploadedPart>> parts = new ArrayList<>();
    private List<ByteBuffer> chunks = new ArrayList<>();
    private int filled;
    private @Nullable UploadRef upload;

    /**
     * The way an object takes.
     *
     * @param pool for parts
     */
    record Route(ObjectStore store, Executor pool, UploadPace pace, Packing packing, CancelToken cancel) {}

    ObjectUpload(Route route, String key, PutOptions options) {
        this.route = route;
        this.key = key;
        this.options = options;
        this.slots = new Semaphore(route.packing.partsInFlight());
    }

    @Override
    public void write(ByteBuffer bytes) {
        ByteBuffer rest = bytes.slice();
        while (rest.hasRemaining()) {
            ByteBuffer chunk = room();
            int n = Math.min(chunk.remaining(), rest.remaining());
            chunk.put(rest.slice(rest.position(), n));
            rest.position(rest.position() + n);
            filled += n;
            if (filled == partLimit()) {
                sendPart();
            }
        }
    }

    /** The first part may be twice as long: an object that fits into it needs no upload in parts. */
    private int partLimit() {
        return upload == null ? 2 * route.packing.partBytes() : route.packing.partBytes();
    }

    private ByteBuffer room() {
        if (chunks.isEmpty() || !chunks.getLast().hasRemaining()) {
            chunks.add(ByteBuffer.allocate(Math.min(CHUNK_BYTES, partLimit())));
        }
        ByteBuffer last = chunks.getLast();
        int left = partLimit() - filled;
        return last.remaining() > left ? last.limit(last.position() + left) : last;
    }

    private Payload takePart() {
        chunks.forEach(ByteBuffer::flip);
        Payload body = Payload.of(chunks);
        chunks = new ArrayList<>();
        filled = 0;
        return body;
    }

    private void sendPart() {
        UploadRef to = upload;
        if (to == null) {
            to = route.store.createUpload(key, options, route.cancel);
            upload = to;
        }
        UploadRef target = to;
        route.pace.before(filled, route.cancel);
        Payload body = takePart();
        int number = parts.size() + 1;
        slots.acquireUninterruptibly(); // parts end: the store's calls have time-outs
        parts.add(CompletableFuture.supplyAsync(
                        () -> route.store.uploadPart(target, number, body, route.cancel), route.pool)
                .whenComplete((part, failure) -> slots.release()));
        parts.stream().filter(CompletableFuture::isCompletedExceptionally).forEach(ObjectUpload::result);
    }

    /** Sends what is left and makes the object. */
    StoredObject finish() {
        UploadRef to = upload;
        if (to == null) {
            route.pace.before(filled, route.cancel);
            return route.store.put(key, takePart(), options, route.cancel);
        }
        if (filled > 0) {
            sendPart();
        }
        List<UploadedPart> sent = parts.stream()
                .map(ObjectUpload::result)
                .sorted(Comparator.comparingInt(UploadedPart::number))
                .toList();
        return route.store.completeUpload(to, sent, options.writeId(), route.cancel);
    }

    /** Waits: this is the archiver's own thread, which has nothing else to do. */
    private static UploadedPart result(CompletableFuture<UploadedPart> part) {
        try {
            return part.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof StoreException cause) {
                throw cause;
            }
            throw e;
        }
    }

    /** Gives up; what is left in the bucket is thrown away, now or at the next start. */
    void abandon() {
        UploadRef to = upload;
        if (to != null) {
            try {
                parts.forEach(part -> part.cancel(false));
                route.store.abortUpload(to, route.cancel);
            } catch (StoreException e) {
                LOG.info("upload of {} is not thrown away yet: {}", key, e.getMessage());
            }
        }
    }
}
