package io.firn.broker.plugin.read;

import io.firn.spi.message.FrameBatch;
import io.firn.spi.message.FrameView;
import io.firn.spi.queue.QueueReader;
import io.firn.spi.queue.ReadRequest;
import io.firn.spi.queue.ReadResult;
import io.firn.spi.read.Boundary;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongPredicate;

/** Shows a queue without the messages at some offsets, as a compacted one is. Keeps no message below {@code firstLive}. */
class Sieve implements QueueReader {

    final QueueReader base;
    final AtomicInteger open = new AtomicInteger();
    volatile boolean closed;

    private final LongPredicate live;

    Sieve(QueueReader base, LongPredicate live) {
        this.base = base;
        this.live = live;
    }

    @Override
    public ReadResult read(ReadRequest request) {
        return switch (base.read(request)) {
            case ReadResult.Found found -> sieved(request, found);
            case ReadResult.Skipped skipped -> skipped;
            case ReadResult.AtEnd end -> end;
            case ReadResult.OutOfRange moved -> moved;
            case ReadResult.Later later -> later;
        };
    }

    private ReadResult sieved(ReadRequest request, ReadResult.Found found) {
        List<ByteBuffer> kept = new ArrayList<>();
        FrameView frame = new FrameView();
        for (ByteBuffer buffer : found.frames().buffers()) {
            for (int at = buffer.position(); at < buffer.limit(); at += frame.totalSize()) {
                frame.wrap(buffer, at);
                if (live.test(frame.queueOffset())) {
                    kept.add(buffer.slice(at, frame.totalSize()));
                }
            }
        }
        if (kept.isEmpty()) {
            found.frames().close();
            return new ReadResult.Skipped(found.nextOffset());
        }
        open.incrementAndGet();
        FrameBatch batch = FrameBatch.of(kept, kept.size(), () -> {
            open.decrementAndGet();
            found.frames().close();
        });
        return new ReadResult.Found(batch, found.nextOffset(), request.fields());
    }

    @Override
    public long minOffset() {
        long min = base.minOffset();
        while (min < base.maxOffset() && !live.test(min)) {
            min++;
        }
        return min;
    }

    @Override
    public long maxOffset() {
        return base.maxOffset();
    }

    @Override
    public OptionalLong offsetByTime(long timestampMs, Boundary boundary) {
        return base.offsetByTime(timestampMs, boundary);
    }

    @Override
    public void close() {
        closed = true;
    }
}
