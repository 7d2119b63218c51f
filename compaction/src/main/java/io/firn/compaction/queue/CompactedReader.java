package io.firn.compaction.queue;

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

    /** Field of a pull with the lease it reads under. */
    private static final String LEASE = "firnLease";

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
        String lease = request.fields().get(LEASE);
        while (true) {
            View view =
                    lease == null ? hosted.queue().acquire() : hosted.leases().view(lease);
            if (view == null) {
                // neither expired nor revoked leases are served by another generation: the reader starts again
                return new ReadResult.OutOfRange(minOffset());
            }
            if (request.offset() < view.cleanedTo()) {
                return readCompacted(view, request);
            }
            view.release();
            if (lease != null) {
                // behind what was leased the present generation goes on
                lease = null;
                continue;
            }
            ReadResult result = base.read(request);
            // a pass may have moved the border, and the log's end with it, in between
            if (!(result instanceof ReadResult.OutOfRange)
                    || request.offset() >= hosted.queue().manifest().cleanedTo()) {
                return result;
            }
        }
    }

    private ReadResult readCompacted(View view, ReadRequest request) {
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

    private ReadResult found(View view, ReadOutcome.Found found) {
        List<ByteBuffer> buffers =
                found.runs().stream().map(MemorySegment::asByteBuffer).toList();
        Map<String, String> fields = Map.of(
                "firnGen", Long.toString(view.manifest().generation()),
                "firnCleanedTo", Long.toString(view.cleanedTo()),
                "firnBarrier", Long.toString(maxOffset()));
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
        try {
            byte[] found = LatestRecord.find(hosted, key);
            return found == null ? null : FrameBatch.ofCopies(List.of(ByteBuffer.wrap(found)), 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
