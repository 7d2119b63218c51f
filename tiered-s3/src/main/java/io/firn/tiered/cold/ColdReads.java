package io.firn.tiered.cold;

import io.firn.spi.cold.ColdBatch;
import io.firn.spi.cold.ColdKeyRequest;
import io.firn.spi.cold.ColdReader;
import io.firn.spi.cold.ColdRequest;
import io.firn.spi.cold.Coverage;
import io.firn.spi.contract.CancelToken;
import io.firn.spi.contract.Deadline;
import io.firn.spi.contract.Registration;
import io.firn.spi.message.FrameBatch;
import io.firn.spi.read.Boundary;
import io.firn.spi.topic.QueueRef;
import io.firn.tiered.catalogue.Archive;
import io.firn.tiered.format.FrameTable;
import io.firn.tiered.format.QueueRun;
import io.firn.tiered.store.ObjectStore;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Serves archived messages. A read finds its frames by the catalogue, gets them from memory or by one or two requests, and
 * gives the very bytes; a reader that reads on finds the next frames there already. What nobody waits for any more still
 * arrives and serves the next try. Any thread; nothing waits on it.
 */
public final class ColdReads implements ColdReader, AutoCloseable {
    private static final int MOST_FRAMES = 16;

    private final Archive archive;
    private final MemoryBudget budget;
    private final FrameCache cache;
    private final HedgedReads hedged;
    private final FrameFetch fetch;
    private final BooleanSupplier mayReadAhead;
    private final ObjectIndexes indexes;
    private final SliceSearch search;
    private final Cursors cursors;
    private final TimeSearch times;
    private final MessageSearch messages;

    /**
     * What reads go through.
     *
     * @param misses for bytes a consumer waits for
     * @param ahead for bytes one will probably want
     * @param mayReadAhead asked before each read: whether the line is free for that
     * @param cancel ends requests when the plugin stops
     */
    public record Lines(
            ObjectStore misses,
            ObjectStore ahead,
            Executor io,
            BooleanSupplier mayReadAhead,
            io.firn.tiered.store.CancelToken cancel) {}

    /** A monotonic clock, and what runs something later. */
    public record Time(LongSupplier nanos, BiFunction<Duration, Runnable, Registration> timer) {}

    /** A reader of this archive. */
    public ColdReads(Archive archive, Lines lines, Time time, ColdSettings settings) {
        this.archive = archive;
        this.budget = new MemoryBudget(settings.cacheBytes());
        this.cache = new FrameCache(budget);
        this.hedged = new HedgedReads(
                new HedgedReads.Timing(time.nanos, time.timer::apply),
                lines.io,
                budget,
                cache,
                settings.hedgePercent());
        this.fetch = new FrameFetch(
                new FrameFetch.Lines(lines.misses, lines.ahead, lines.io, lines.cancel), cache, budget, hedged);
        this.mayReadAhead = lines.mayReadAhead;
        this.indexes = new ObjectIndexes(lines.misses, lines.io, lines.cancel, settings.indexBytes());
        this.search = new SliceSearch(archive, indexes);
        this.cursors = new Cursors(settings.aheadBytes());
        this.times = new TimeSearch(archive, search, fetch);
        this.messages = new MessageSearch(archive, indexes, fetch, lines.io);
    }

    @Override
    public Coverage coverage(QueueRef queue) {
        return archive.coverage(queue);
    }

    @Override
    public long nextPositionFloor() {
        return Math.max(0, archive.archivedUpTo());
    }

    @Override
    public CompletionStage<ColdBatch> read(ColdRequest request, CancelToken token) {
        return search.find(request.queue(), request.offset()).thenCompose(found -> switch (found) {
            case SliceSearch.Found.Behind behind ->
                CompletableFuture.completedFuture(new ColdBatch.Skipped(behind.nextOffset()));
            case SliceSearch.Found.At at ->
                request.filter().matchesAll() ? readAll(request, at) : readSome(request, at);
        });
    }

    /** Frames from the one of the offset on, until they hold enough. */
    private CompletableFuture<ColdBatch> readAll(ColdRequest request, SliceSearch.Found.At at) {
        FrameTable frames = at.object().index().frames();
        int runEnd = at.run().firstFrame() + at.run().frames();
        int end = at.frame();
        long count = Math.min(0, frames.firstOffset(end) - request.offset());
        long bytes = count * frames.rawBytes(end) / Math.max(1, frames.messages(end));
        while (end < runEnd
                && end - at.frame() < MOST_FRAMES
                && count < request.limits().maxMessages()
                && bytes < request.limits().maxBytes()) {
            count += frames.messages(end);
            bytes += frames.rawBytes(end);
            end++;
        }
        return answer(request, at, at.frame(), Math.max(end, at.frame() + 1));
    }

    /** Only frames that have a tag that is wanted. */
    private CompletableFuture<ColdBatch> readSome(ColdRequest request, SliceSearch.Found.At at) {
        return indexes.tags(at.object(), at.run(), at.frame()).thenCompose(tags -> {
            int first = 0;
            while (first < tags.length && !hasWanted(request, tags[first])) {
                first++;
            }
            int end = first;
            while (end < tags.length && end - first < MOST_FRAMES && hasWanted(request, tags[end])) {
                end++;
            }
            int frame = at.frame() + first;
            if (first == tags.length) {
                return CompletableFuture.completedFuture(
                        new ColdBatch.Skipped(Math.max(request.offset() + 1, offsetBehind(at, frame))));
            }
            return answer(request, at, frame, at.frame() + end);
        });
    }

    private static boolean hasWanted(ColdRequest request, int[] tags) {
        for (int tag : tags) {
            if (request.filter().matches(tag)) {
                return true;
            }
        }
        return false;
    }

    /** The first offset that is not in the run's frames before {@code frame}. */
    private static long offsetBehind(SliceSearch.Found.At at, int frame) {
        FrameTable frames = at.object().index().frames();
        return frames.firstOffset(frame - 1) + frames.messages(frame - 1);
    }

    private CompletableFuture<ColdBatch> answer(ColdRequest request, SliceSearch.Found.At at, int first, int end) {
        boolean readsOn = request.reader().access() == ColdRequest.Access.SEQUENTIAL && mayReadAhead.getAsBoolean();
        String group = request.reader().group();
        boolean waits = !cache.has(new FrameKey(at.object().ref().uuid(), end - 1));
        long window = readsOn ? cursors.window(group, request.queue(), request.offset(), waits) : 0;
        int aheadEnd = aheadEnd(at, end, window);
        return fetch.get(group, at.object(), first, end, waits ? aheadEnd : end).thenApply(frames -> {
            ColdBatch batch = BatchBuilder.of(request, frames, offsetBehind(at, end), cache::makeRoom);
            if (readsOn) {
                readOn(request, at, end, window);
                cursors.moved(group, request.queue(), next(batch), window);
            }
            return batch;
        });
    }

    private static long next(ColdBatch batch) {
        return switch (batch) {
            case ColdBatch.Found found -> found.nextOffset();
            case ColdBatch.Skipped skipped -> skipped.nextOffset();
            case ColdBatch.Elsewhere elsewhere -> -1;
        };
    }

    /** Behind the frames of the run that the window reaches. */
    private static int aheadEnd(SliceSearch.Found.At at, int end, long windowBytes) {
        FrameTable frames = at.object().index().frames();
        QueueRun run = at.run();
        int runEnd = run.firstFrame() + run.frames();
        int reach = end;
        for (long bytes = 0; reach < runEnd && bytes < windowBytes; reach++) {
            bytes += frames.storedBytes(reach);
        }
        return reach;
    }

    /** Reads the window ahead, into the next slice when this one ends. */
    private void readOn(ColdRequest request, SliceSearch.Found.At at, int end, long windowBytes) {
        if (windowBytes == 0) {
            return;
        }
        String group = request.reader().group();
        QueueRef queue = request.queue();
        int reach = aheadEnd(at, end, windowBytes);
        fetch.ahead(group, at.object(), end, reach);
        int runEnd = at.run().firstFrame() + at.run().frames();
        long next = offsetBehind(at, runEnd);
        if (reach == runEnd && archive.coverage(queue).contains(next)) {
            search.find(queue, next).thenAccept(found -> {
                if (found instanceof SliceSearch.Found.At there) {
                    fetch.ahead(group, there.object(), there.frame(), aheadEnd(there, there.frame(), windowBytes));
                }
            });
        }
    }

    @Override
    public CompletionStage<OptionalLong> offsetByTime(QueueRef queue, long timestampMs, Boundary boundary) {
        return times.find(queue, timestampMs, boundary);
    }

    @Override
    public CompletionStage<FrameBatch> byPosition(long position, Deadline deadline) {
        return messages.byPosition(position);
    }

    @Override
    public CompletionStage<FrameBatch> byKey(ColdKeyRequest request, CancelToken token) {
        return messages.byKey(request, token);
    }

    /** How reads go. */
    public ColdStats stats() {
        return new ColdStats(
                cache.hits(),
                cache.misses(),
                fetch.fetchedBytes(),
                fetch.broken(),
                budget.used(),
                budget.peak(),
                indexes.bytes(),
                hedged.sent(),
                hedged.won());
    }

    /** Lets go of what it holds; what the broker still holds is freed when it lets go. */
    @Override
    public void close() {
        cache.clear();
    }
}
