package io.firn.broker.plugin.read;

import io.firn.spi.cold.ColdBatch;
import io.firn.spi.cold.ColdKeyRequest;
import io.firn.spi.cold.ColdReader;
import io.firn.spi.cold.ColdRequest;
import io.firn.spi.cold.Coverage;
import io.firn.spi.contract.CancelToken;
import io.firn.spi.contract.Deadline;
import io.firn.spi.message.FrameBatch;
import io.firn.spi.message.FrameView;
import io.firn.spi.message.PropertyName;
import io.firn.spi.message.PropertyView;
import io.firn.spi.read.Boundary;
import io.firn.spi.topic.QueueRef;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/** Old messages of one queue in memory. Honest, unless a test says what it does instead. */
class Archive implements ColdReader {

    final NavigableMap<Long, ByteBuffer> frames = new ConcurrentSkipListMap<>();
    final List<ColdRequest> asked = new CopyOnWriteArrayList<>();
    /** Batches given and not closed. */
    final AtomicInteger open = new AtomicInteger();

    private final QueueRef queue;

    volatile BiFunction<ColdRequest, CancelToken, CompletionStage<ColdBatch>> answer =
            (request, token) -> CompletableFuture.completedFuture(honest(request));

    Archive(String topic, int queueId) {
        this.queue = new QueueRef(topic, queueId);
    }

    /** Messages {@code m<offset>} at offsets [from, to), stored at {@code 1000 + offset}. */
    Archive with(long from, long to) {
        for (long offset = from; offset < to; offset++) {
            frames.put(offset, Frames.frame(queue.topic(), queue.queueId(), offset, 1_000 + offset, "m" + offset));
        }
        return this;
    }

    Archive with(long offset, ByteBuffer frame) {
        frames.put(offset, frame);
        return this;
    }

    @Override
    public Coverage coverage(QueueRef of) {
        return of.equals(queue) && !frames.isEmpty()
                ? new Coverage(frames.firstKey(), frames.lastKey() + 1)
                : Coverage.NONE;
    }

    @Override
    public CompletionStage<ColdBatch> read(ColdRequest request, CancelToken token) {
        asked.add(request);
        return answer.apply(request, token);
    }

    ColdBatch honest(ColdRequest request) {
        List<ByteBuffer> found = new ArrayList<>();
        long next = request.offset();
        for (Map.Entry<Long, ByteBuffer> entry :
                frames.tailMap(request.offset()).entrySet()) {
            next = entry.getKey() + 1;
            found.add(entry.getValue());
            if (found.size() == request.limits().maxMessages()) {
                break;
            }
        }
        return batch(found, next);
    }

    ColdBatch batch(List<ByteBuffer> found, long next) {
        open.incrementAndGet();
        return new ColdBatch.Found(FrameBatch.of(found, found.size(), open::decrementAndGet), next);
    }

    @Override
    public CompletionStage<OptionalLong> offsetByTime(QueueRef of, long timestampMs, Boundary boundary) {
        OptionalLong best = OptionalLong.empty();
        for (Map.Entry<Long, ByteBuffer> entry : frames.entrySet()) {
            long time = new FrameView().wrap(entry.getValue()).storeTimestampMs();
            if (boundary == Boundary.LOWER && time >= timestampMs) {
                return CompletableFuture.completedFuture(OptionalLong.of(entry.getKey()));
            }
            if (boundary == Boundary.UPPER && time <= timestampMs) {
                best = OptionalLong.of(entry.getKey());
            }
        }
        return CompletableFuture.completedFuture(best);
    }

    @Override
    public CompletionStage<FrameBatch> byPosition(long position, Deadline deadline) {
        return CompletableFuture.completedFuture(those(frame -> frame.position() == position));
    }

    @Override
    public CompletionStage<FrameBatch> byKey(ColdKeyRequest request, CancelToken token) {
        byte[] key = request.key().getBytes(StandardCharsets.UTF_8);
        return CompletableFuture.completedFuture(those(frame -> {
            PropertyView keys = frame.property(PropertyName.KEYS);
            return keys != null && keys.contentEquals(key);
        }));
    }

    private FrameBatch those(Predicate<FrameView> wanted) {
        List<ByteBuffer> found = new ArrayList<>();
        for (ByteBuffer each : frames.values()) {
            if (wanted.test(new FrameView().wrap(each))) {
                found.add(each);
            }
        }
        open.incrementAndGet();
        return FrameBatch.of(found, found.size(), open::decrementAndGet);
    }
}
