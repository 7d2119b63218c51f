package io.firn.spi.samples;

import io.firn.spi.cold.ColdBatch;
import io.firn.spi.cold.ColdKeyRequest;
import io.firn.spi.cold.ColdReader;
import io.firn.spi.cold.ColdRequest;
import io.firn.spi.cold.Coverage;
import io.firn.spi.contract.CancelToken;
import io.firn.spi.contract.Deadline;
import io.firn.spi.fake.FakeQueue;
import io.firn.spi.message.FrameBatch;
import io.firn.spi.message.FrameView;
import io.firn.spi.message.PropertyName;
import io.firn.spi.queue.ReadRequest;
import io.firn.spi.queue.ReadResult;
import io.firn.spi.read.Boundary;
import io.firn.spi.topic.QueueRef;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/** A cold reader of one queue in memory that keeps its contract. */
class MemoryArchive implements ColdReader {

    private final List<ByteBuffer> archived;
    private final Executor io;
    private final FakeQueue queue;

    MemoryArchive(List<ByteBuffer> archived, Executor io) {
        this.archived = archived;
        this.io = io;
        this.queue = new FakeQueue(view(archived.getFirst()).queueOffset(), archived);
    }

    @Override
    public Coverage coverage(QueueRef asked) {
        FrameView first = view(archived.getFirst());
        boolean known = asked.topic().equals(first.topic()) && asked.queueId() == first.queueId();
        return known ? new Coverage(queue.minOffset(), queue.maxOffset()) : Coverage.NONE;
    }

    @Override
    public CompletionStage<ColdBatch> read(ColdRequest request, CancelToken token) {
        ColdRequest.Limits limits = request.limits();
        ReadRequest asked =
                new ReadRequest(request.offset(), limits.maxMessages(), limits.maxBytes(), request.filter(), Map.of());
        return CompletableFuture.supplyAsync(() -> answer(queue.read(asked)), io);
    }

    private static ColdBatch answer(ReadResult result) {
        return switch (result) {
            case ReadResult.Found found -> new ColdBatch.Found(found.frames(), found.nextOffset());
            case ReadResult.Skipped skipped -> new ColdBatch.Skipped(skipped.nextOffset());
            default -> throw new IllegalArgumentException("not covered: " + result);
        };
    }

    @Override
    public CompletionStage<OptionalLong> offsetByTime(QueueRef asked, long timestampMs, Boundary boundary) {
        return CompletableFuture.supplyAsync(() -> queue.offsetByTime(timestampMs, boundary), io);
    }

    @Override
    public CompletionStage<FrameBatch> byPosition(long position, Deadline deadline) {
        return batch(archived.stream()
                .filter(frame -> view(frame).position() == position)
                .toList());
    }

    @Override
    public CompletionStage<FrameBatch> byKey(ColdKeyRequest request, CancelToken token) {
        return batch(archived.reversed().stream()
                .filter(frame -> hasKey(frame, request.key()))
                .limit(request.maxMessages())
                .toList());
    }

    private static boolean hasKey(ByteBuffer frame, String key) {
        String keys = String.valueOf(view(frame).property(PropertyName.KEYS));
        return Arrays.asList(keys.split(" ", -1)).contains(key);
    }

    private CompletionStage<FrameBatch> batch(List<ByteBuffer> frames) {
        return CompletableFuture.supplyAsync(() -> FrameBatch.ofCopies(frames, frames.size()), io);
    }

    private static FrameView view(ByteBuffer frame) {
        return new FrameView().wrap(frame);
    }
}
