package io.firn.tiered.cold;

import io.firn.spi.cold.Coverage;
import io.firn.spi.message.FrameView;
import io.firn.spi.read.Boundary;
import io.firn.spi.topic.QueueRef;
import io.firn.tiered.catalogue.Archive;
import io.firn.tiered.commit.Catalogue;
import io.firn.tiered.format.FrameTable;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * Offsets by store time: the catalogue names the slice, the index the frame, the frame the message; one or two requests.
 * Any thread.
 */
final class TimeSearch {
    private final Archive archive;
    private final SliceSearch search;
    private final FrameFetch fetch;

    TimeSearch(Archive archive, SliceSearch search, FrameFetch fetch) {
        this.archive = archive;
        this.search = search;
        this.fetch = fetch;
    }

    CompletableFuture<OptionalLong> find(QueueRef queue, long timeMs, Boundary boundary) {
        Coverage covered = archive.coverage(queue);
        if (covered.isEmpty()) {
            return CompletableFuture.completedFuture(OptionalLong.empty());
        }
        return switch (boundary) {
            case LOWER -> first(queue, covered, timeMs).thenApply(OptionalLong::of);
            case UPPER ->
                (timeMs == Long.MAX_VALUE
                                ? CompletableFuture.completedFuture(covered.max())
                                : first(queue, covered, timeMs + 1))
                        .thenApply(above -> OptionalLong.of(Math.max(covered.min(), above - 1)));
        };
    }

    /** The first offset stored at or after the time; the coverage's end when there is none. */
    private CompletableFuture<Long> first(QueueRef queue, Coverage covered, long timeMs) {
        Catalogue catalogue = archive.catalogue();
        int low = 0;
        int high = catalogue.objects();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (catalogue.latestMs(middle) >= timeMs) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        if (low == catalogue.objects()) {
            return CompletableFuture.completedFuture(covered.max());
        }
        long from = archive.queues().offsetFrom(queue, catalogue.base(low));
        return walk(queue, covered, timeMs, Math.max(covered.min(), from));
    }

    private CompletableFuture<Long> walk(QueueRef queue, Coverage covered, long timeMs, long from) {
        if (from >= covered.max()) {
            return CompletableFuture.completedFuture(covered.max());
        }
        return search.find(queue, from).thenCompose(found -> switch (found) {
            case SliceSearch.Found.Behind behind -> walk(queue, covered, timeMs, behind.nextOffset());
            case SliceSearch.Found.At at -> within(queue, covered, timeMs, at);
        });
    }

    private CompletableFuture<Long> within(QueueRef queue, Coverage covered, long timeMs, SliceSearch.Found.At at) {
        FrameTable frames = at.object().index().frames();
        int end = at.run().firstFrame() + at.run().frames();
        int frame = at.frame();
        while (frame < end && frames.maxMs(frame) < timeMs) {
            frame++;
        }
        if (frame == end) {
            long behind = frames.firstOffset(end - 1) + frames.messages(end - 1);
            return walk(queue, covered, timeMs, behind);
        }
        return fetch.get("", at.object(), frame, frame + 1, frame + 1).thenApply(here -> {
            try {
                return offsetIn(here.getFirst().bytes(), timeMs, covered.min());
            } finally {
                here.getFirst().release();
            }
        });
    }

    /** One of the frame's messages is of that time: the index says so. */
    private static long offsetIn(ByteBuffer frame, long timeMs, long min) {
        FrameView view = new FrameView();
        long last = min;
        for (int at = 0; at < frame.limit(); at += view.totalSize()) {
            view.wrap(frame, at);
            last = view.queueOffset();
            if (view.storeTimestampMs() >= timeMs && last >= min) {
                return last;
            }
        }
        return last + 1;
    }
}
