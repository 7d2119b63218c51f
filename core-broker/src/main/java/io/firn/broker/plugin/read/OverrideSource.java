package io.firn.broker.plugin.read;

import io.firn.broker.queue.Boundary;
import io.firn.broker.queue.LocalQueues;
import io.firn.broker.queue.OffsetRange;
import io.firn.broker.queue.PendingRead;
import io.firn.broker.queue.QueueSource;
import io.firn.broker.queue.ReadRequest;
import io.firn.broker.queue.SourceRead;
import io.firn.broker.record.RecordFilter;
import io.firn.spi.message.FrameBatch;
import io.firn.spi.queue.QueueReader;
import io.firn.spi.topic.QueueRef;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A topic whose queues a plugin replaces. Never falls back to the local store: that would be another view. Any thread. */
final class OverrideSource implements QueueSource {

    private final ReadEngine engine;
    private final QueueClaim claim;
    private final String topic;
    private final LocalQueues local;
    private final @Nullable ColdSource cold;
    private final ConcurrentHashMap<Integer, OverrideQueue> queues = new ConcurrentHashMap<>();

    OverrideSource(ReadEngine engine, QueueClaim claim, String topic, LocalQueues local, @Nullable ColdSource cold) {
        this.engine = engine;
        this.claim = claim;
        this.topic = topic;
        this.local = local;
        this.cold = cold;
    }

    QueueClaim claim() {
        return claim;
    }

    @Override
    public Reach reach() {
        return Reach.REPLACES;
    }

    /** Nobody asks: every read goes to the plugin. */
    @Override
    public long knownMin(int queueId) {
        return Long.MAX_VALUE;
    }

    private OverrideQueue queue(int queueId) {
        return queues.computeIfAbsent(queueId, id -> {
            QueueRef ref = new QueueRef(topic, id);
            return new OverrideQueue(engine, claim, ref, new BaseQueue(local, ref, cold));
        });
    }

    @Override
    public PendingRead read(SourceRead read) {
        OverridePull pull = new OverridePull(engine, queue(read.request().queueId()), read);
        engine.track(pull.start(), pull::cancel);
        return new PendingRead(pull.outcome(), pull::cancel);
    }

    @Override
    public CompletableFuture<OffsetRange> range(String ofTopic, int queueId) {
        return ask(queueId, reader -> OverridePull.rangeOf(reader));
    }

    @Override
    public CompletableFuture<OptionalLong> offsetByTime(String ofTopic, int queueId, long timeMs, Boundary boundary) {
        return ask(queueId, reader -> reader.offsetByTime(timeMs, Spi.of(boundary)));
    }

    @Override
    public CompletableFuture<Long> count(int queueId, long from, long to) {
        return ask(queueId, reader -> reader.estimateCount(from, to));
    }

    /** The newest message of a key, in bytes of its own; empty when there is none. May be slow: pages are read. */
    CompletableFuture<Optional<byte[]>> latest(int queueId, byte[] key) {
        ReadRequest one = new ReadRequest(topic, queueId, 0, 1, Integer.MAX_VALUE, RecordFilter.ALL);
        return ask(queueId, reader -> {
            FrameBatch found = reader.latest(key);
            if (found == null) {
                return Optional.empty();
            }
            try (found) {
                FrameCheck.Checked checked = FrameCheck.of(found, Long.MAX_VALUE, one);
                if (checked.size().count() != 1) {
                    throw new BadFramesException(
                            "gives " + checked.size().count() + " messages as the latest of a key");
                }
                ByteBuffer bytes = checked.slices().getFirst();
                byte[] copy = new byte[bytes.remaining()];
                bytes.get(bytes.position(), copy);
                return Optional.of(copy);
            }
        });
    }

    private <T> CompletableFuture<T> ask(int queueId, Function<QueueReader, T> question) {
        return engine.inTime(
                claim.guard(), queue(queueId).use(reader -> CompletableFuture.completedFuture(question.apply(reader))));
    }

    /** Opens the readers of these queues; completes when all are open or have failed. */
    CompletableFuture<?> open(int queueCount) {
        CompletableFuture<?>[] opened = new CompletableFuture<?>[queueCount];
        for (int id = 0; id < queueCount; id++) {
            opened[id] = queue(id).reader().handle((reader, failure) -> reader);
        }
        return CompletableFuture.allOf(opened);
    }

    /** Below which no new message of a queue may get its offset. */
    long floor(int queueId) {
        long own = queue(queueId).floor();
        return cold == null ? own : Math.max(own, cold.floor(queueId));
    }

    /** Closes the readers; completes when the last one is closed. */
    CompletableFuture<?> close() {
        return CompletableFuture.allOf(
                queues.values().stream().map(OverrideQueue::close).toArray(CompletableFuture<?>[]::new));
    }
}
