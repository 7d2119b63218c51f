package io.firn.broker.plugin.read;

import io.firn.broker.queue.LocalQueues;
import io.firn.broker.queue.OffsetRange;
import io.firn.broker.queue.ReadOutcome;
import io.firn.broker.queue.RecordSlices;
import io.firn.broker.queue.SourceRead;
import io.firn.spi.message.FrameBatch;
import io.firn.spi.queue.QueueReader;
import io.firn.spi.queue.ReadRequest;
import io.firn.spi.queue.ReadResult;
import io.firn.spi.read.Boundary;
import io.firn.spi.topic.QueueRef;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A queue without the plugin that replaces it: the local store, and cold readers where the topic has them. What a plugin
 * is given as base; its threads call it.
 */
final class BaseQueue implements QueueReader {

    private final LocalQueues local;
    private final QueueRef queue;
    private final @Nullable ColdSource cold;

    private volatile boolean closed;

    BaseQueue(LocalQueues local, QueueRef queue, @Nullable ColdSource cold) {
        this.local = local;
        this.queue = queue;
        this.cold = cold;
    }

    @Override
    public ReadResult read(ReadRequest request) {
        checkOpen();
        io.firn.broker.queue.ReadRequest asked = new io.firn.broker.queue.ReadRequest(
                queue.topic(),
                queue.queueId(),
                request.offset(),
                request.maxMessages(),
                request.maxBytes(),
                FilterView.filterOf(request.filter()));
        OffsetRange range = local.range(queue.topic(), queue.queueId());
        ColdSource older = cold;
        if (older != null && (range.isEmpty() || request.offset() < range.min())) {
            CompletableFuture<ReadResult> later = older.read(new SourceRead(asked, "", Map.of()))
                    .outcome()
                    .thenApply(outcome -> coldResult(asked, outcome));
            return new ReadResult.Later(later);
        }
        return localResult(request.offset(), local.read(asked));
    }

    private ReadResult coldResult(io.firn.broker.queue.ReadRequest asked, ReadOutcome outcome) {
        return switch (outcome) {
            case ReadOutcome.Found found -> new ReadResult.Found(batch(found.slices()), found.nextOffset());
            case ReadOutcome.Filtered filtered -> new ReadResult.Skipped(filtered.nextOffset());
            case ReadOutcome.OutOfRange moved
            when moved.nextOffset() > asked.offset() -> new ReadResult.OutOfRange(moved.nextOffset());
            case ReadOutcome.OutOfRange _ -> localResult(asked.offset(), local.read(asked));
            case ReadOutcome.TryAgain _,
                    ReadOutcome.AtEnd _,
                    ReadOutcome.Elsewhere _,
                    ReadOutcome.Empty _,
                    ReadOutcome.NoQueue _ -> throw new IllegalStateException("old messages can not be read now");
        };
    }

    private ReadResult localResult(long offset, ReadOutcome outcome) {
        return switch (outcome) {
            case ReadOutcome.Found found -> new ReadResult.Found(batch(found.slices()), found.nextOffset());
            case ReadOutcome.Filtered filtered
            when filtered.nextOffset() > offset -> new ReadResult.Skipped(filtered.nextOffset());
            case ReadOutcome.Filtered filtered -> new ReadResult.AtEnd(filtered.nextOffset());
            case ReadOutcome.AtEnd end -> new ReadResult.AtEnd(end.offset());
            case ReadOutcome.OutOfRange moved -> new ReadResult.OutOfRange(moved.nextOffset());
            case ReadOutcome.Empty _, ReadOutcome.NoQueue _ -> {
                long end = maxOffset();
                yield offset == end ? new ReadResult.AtEnd(end) : new ReadResult.OutOfRange(end);
            }
            case ReadOutcome.TryAgain _, ReadOutcome.Elsewhere _ ->
                throw new IllegalStateException("the local store gave " + outcome);
        };
    }

    private static FrameBatch batch(RecordSlices slices) {
        List<ByteBuffer> buffers = new ArrayList<>(slices.sliceCount());
        for (int i = 0; i < slices.sliceCount(); i++) {
            buffers.add(slices.slice(i));
        }
        return FrameBatch.of(buffers, slices.count(), slices::close);
    }

    @Override
    public long minOffset() {
        checkOpen();
        OffsetRange range = local.range(queue.topic(), queue.queueId());
        ColdSource older = cold;
        if (older == null) {
            return range.min();
        }
        if (range.isEmpty()) {
            return older.rangeHere(queue.queueId()).min();
        }
        long known = older.knownMin(queue.queueId());
        if (known == Long.MAX_VALUE) {
            OffsetRange old = older.rangeHere(queue.queueId());
            known = old.isEmpty() ? Long.MAX_VALUE : old.min();
        }
        return Math.min(range.min(), known);
    }

    @Override
    public long maxOffset() {
        checkOpen();
        long here = local.maxOffset(queue.topic(), queue.queueId());
        ColdSource older = cold;
        if (older == null || !local.range(queue.topic(), queue.queueId()).isEmpty()) {
            return here;
        }
        // on a new disk the old messages are all there is
        return Math.max(here, older.rangeHere(queue.queueId()).max());
    }

    /** Among the messages of the local store. */
    @Override
    public OptionalLong offsetByTime(long timestampMs, Boundary boundary) {
        checkOpen();
        return local.range(queue.topic(), queue.queueId()).isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(local.offsetByTime(queue.topic(), queue.queueId(), timestampMs, Spi.of(boundary)));
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the base of queue " + queue + " is closed");
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
