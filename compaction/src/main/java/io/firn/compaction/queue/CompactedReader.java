package io.firn.compaction.queue;

import io.firn.compaction.frame.FrameFault;
import io.firn.compaction.frame.FrameReader;
import io.firn.compaction.frame.RecordKey;
import io.firn.compaction.pass.RecordCursor;
import io.firn.compaction.segment.Segment;
import io.firn.compaction.store.KeyLookup;
import io.firn.compaction.store.ReadLimits;
import io.firn.compaction.store.ReadOutcome;
import io.firn.compaction.store.View;
import io.firn.spi.message.FrameBatch;
import io.firn.spi.queue.QueueReader;
import io.firn.spi.queue.ReadRequest;
import io.firn.spi.queue.ReadResult;
import io.firn.spi.read.Boundary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * A compacted queue as consumers see it: below {@code cleanedTo} the live records of the present generation, from there on the
 * log. Offsets and order are those of the log; a gap is jumped over at once. Stateless but for the queue; any thread; waits for
 * nobody.
 */
public final class CompactedReader implements QueueReader {

    /** Records put through a filter by one read at most, so that a rare tag does not hold a pull thread. */
    private static final int MOST_EXAMINED = 4096;

    private final HostedQueue hosted;
    private final QueueReader base;
    private final Runnable whenClosed;

    /** Puts the queue's compacted part before {@code base}. */
    public CompactedReader(HostedQueue hosted, QueueReader base, Runnable whenClosed) {
        this.hosted = hosted;
        this.base = base;
        this.whenClosed = whenClosed;
    }

    @Override
    public ReadResult read(ReadRequest request) {
        while (true) {
            View view = hosted.queue().acquire();
            if (request.offset() < view.cleanedTo()) {
                return readCompacted(view, request);
            }
            view.release();
            ReadResult result = base.read(request);
            // a pass may have moved the border, and the log's end with it, in between
            if (!(result instanceof ReadResult.OutOfRange)
                    || request.offset() >= hosted.queue().manifest().cleanedTo()) {
                return result;
            }
        }
    }

    private static ReadResult readCompacted(View view, ReadRequest request) {
        ReadOutcome outcome;
        try {
            ReadLimits limits =
                    new ReadLimits(request.offset(), request.maxMessages(), request.maxBytes(), MOST_EXAMINED);
            outcome = view.read(limits, FilterAdapter.of(request.filter()));
        } catch (IOException e) {
            view.release();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            view.release();
            throw e;
        }
        return switch (outcome) {
            case ReadOutcome.Found found -> found(view, found);
            case ReadOutcome.Nothing nothing -> {
                view.release();
                yield new ReadResult.Skipped(nothing.nextOffset());
            }
        };
    }

    private static ReadResult found(View view, ReadOutcome.Found found) {
        List<ByteBuffer> buffers =
                found.runs().stream().map(MemorySegment::asByteBuffer).toList();
        Map<String, String> fields = Map.of(
                "firnGen", Long.toString(view.manifest().generation()),
                "firnCleanedTo", Long.toString(view.cleanedTo()));
        return new ReadResult.Found(FrameBatch.of(buffers, found.records(), view::release), found.nextOffset(), fields);
    }

    @Override
    public long minOffset() {
        View view = hosted.queue().acquire();
        try {
            return view.cleanedTo() < 0 ? base.minOffset() : view.minOffset();
        } finally {
            view.release();
        }
    }

    @Override
    public long maxOffset() {
        return Math.max(base.maxOffset(), nextOffsetFloor());
    }

    @Override
    public long nextOffsetFloor() {
        return Math.max(0, hosted.queue().manifest().cleanedTo());
    }

    @Override
    public OptionalLong offsetByTime(long timestampMs, Boundary boundary) {
        View view = hosted.queue().acquire();
        try {
            if (view.cleanedTo() < 0) {
                return base.offsetByTime(timestampMs, boundary);
            }
            if (minOffset() >= maxOffset()) {
                return OptionalLong.empty();
            }
            return OptionalLong.of(boundary == Boundary.LOWER ? lower(view, timestampMs) : upper(view, timestampMs));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            view.release();
        }
    }

    private long lower(View view, long time) throws IOException {
        long compacted = view.firstStoredAt(time);
        if (compacted >= 0) {
            return compacted;
        }
        return Math.max(
                view.cleanedTo(), base.offsetByTime(time, Boundary.LOWER).orElse(maxOffset()));
    }

    private long upper(View view, long time) throws IOException {
        long after = base.offsetByTime(time + 1, Boundary.LOWER).orElse(maxOffset());
        if (after > Math.max(view.cleanedTo(), base.minOffset())) {
            return after - 1;
        }
        long compacted = view.lastStoredAt(time);
        return compacted >= 0 ? compacted : view.minOffset();
    }

    @Override
    public @Nullable FrameBatch latest(byte[] key) {
        View view = hosted.queue().acquire();
        try {
            byte[] inTail = latestInTail(view, key);
            if (inTail != null) {
                return isTombstone(inTail) ? null : FrameBatch.ofCopies(List.of(ByteBuffer.wrap(inTail)), 1);
            }
            OptionalLong found = new KeyLookup(view.manifest()).find(view, key);
            return found.isEmpty() ? null : live(view, found.getAsLong());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            view.release();
        }
    }

    /** Walks the tail, which is as long as the topic's lag allows. */
    private byte @Nullable [] latestInTail(View view, byte[] key) throws IOException {
        long from = Math.max(view.cleanedTo(), hosted.source().minOffset());
        long to = base.maxOffset();
        byte[] latest = null;
        FrameReader frame = new FrameReader();
        RecordKey recordKey = new RecordKey(view.manifest().queue().keyProperty());
        if (from >= to) {
            return null;
        }
        try (RecordCursor tail = hosted.source().scan(from, to)) {
            while (tail.next()) {
                if (frame.read(tail.memory(), tail.at()) == FrameFault.NONE) {
                    recordKey.load(frame);
                    if (recordKey.isKey(key)) {
                        latest = tail.memory().asSlice(tail.at(), frame.size()).toArray(ValueLayout.JAVA_BYTE);
                    }
                }
            }
        }
        return latest;
    }

    private boolean isTombstone(byte[] record) {
        FrameReader frame = new FrameReader();
        RecordKey recordKey = new RecordKey(RecordKey.KEYS);
        if (frame.read(MemorySegment.ofArray(record), 0) != FrameFault.NONE) {
            return false;
        }
        recordKey.load(frame);
        return recordKey.isTombstone(frame);
    }

    private static @Nullable FrameBatch live(View view, long offset) {
        for (Segment segment : view.segments()) {
            int ordinal = segment.index().ceiling(offset);
            if (offset >= segment.meta().name().base()
                    && ordinal < segment.index().count()) {
                if (segment.index().isTombstone(ordinal)) {
                    return null;
                }
                MemorySegment bytes = segment.log()
                        .asSlice(
                                segment.index().position(ordinal),
                                segment.index().size(ordinal));
                ByteBuffer copy = ByteBuffer.wrap(bytes.toArray(ValueLayout.JAVA_BYTE));
                return FrameBatch.ofCopies(List.of(copy), 1);
            }
        }
        return null;
    }

    @Override
    public long estimateCount(long from, long to) {
        View view = hosted.queue().acquire();
        try {
            long border = view.cleanedTo();
            long compacted = from < border ? view.countLive(Math.max(0, from), Math.min(to, border)) : 0;
            long start = Math.max(from, border);
            return compacted + (start < to ? base.estimateCount(start, to) : 0);
        } finally {
            view.release();
        }
    }

    @Override
    public void close() {
        hosted.close();
        whenClosed.run();
    }
}
