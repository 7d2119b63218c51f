package io.firn.tiered.cold;

import io.firn.spi.cold.ColdKeyRequest;
import io.firn.spi.contract.CancelToken;
import io.firn.spi.message.FrameBatch;
import io.firn.spi.message.FrameView;
import io.firn.spi.message.PropertyName;
import io.firn.spi.message.PropertyView;
import io.firn.tiered.catalogue.Archive;
import io.firn.tiered.commit.Catalogue;
import io.firn.tiered.commit.ObjectRef;
import io.firn.tiered.format.RpkReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Messages by key and by position. Requests run on the pool; any thread. */
final class MessageSearch {
    private final Archive archive;
    private final ObjectIndexes indexes;
    private final FrameFetch fetch;
    private final Executor io;

    MessageSearch(Archive archive, ObjectIndexes indexes, FrameFetch fetch, Executor io) {
        this.archive = archive;
        this.indexes = indexes;
        this.fetch = fetch;
        this.io = io;
    }

    /** The message that stood at a position; an empty batch when none did. */
    CompletableFuture<FrameBatch> byPosition(long position) {
        Catalogue catalogue = archive.catalogue();
        int behind = catalogue.firstFrom(position + 1);
        CompletableFuture<FrameBatch> found = CompletableFuture.completedFuture(empty());
        for (int row = behind - 1; row >= 0 && catalogue.base(row) == catalogue.base(behind - 1); row--) {
            if (catalogue.end(row) > position) {
                ObjectRef ref = catalogue.object(row);
                found = found.thenCompose(known -> known.messages() > 0
                        ? CompletableFuture.completedFuture(known)
                        : indexes.open(ref).thenComposeAsync(object -> at(object, position), io));
            }
        }
        return found;
    }

    private CompletableFuture<FrameBatch> at(OpenObject object, long position) {
        RpkReader.Place place = object.index().at(position);
        if (place.frame() < 0) {
            return CompletableFuture.completedFuture(empty());
        }
        return fetch.get("", object, place.frame(), place.frame() + 1, place.frame() + 1)
                .thenApply(frames -> {
                    ByteBuffer bytes = frames.getFirst().bytes();
                    int size = new FrameView().wrap(bytes, place.at()).totalSize();
                    ByteBuffer copy = ByteBuffer.allocate(size)
                            .put(bytes.slice(place.at(), size))
                            .flip();
                    frames.getFirst().release();
                    return FrameBatch.ofCopies(List.of(copy), 1);
                });
    }

    /** Messages by key, the newest slices first until there are enough. */
    CompletableFuture<FrameBatch> byKey(ColdKeyRequest request, CancelToken token) {
        Catalogue catalogue = archive.catalogue();
        return older(new KeyWalk(request, token, catalogue), catalogue.objects() - 1, List.of());
    }

    private record KeyWalk(ColdKeyRequest request, CancelToken token, Catalogue catalogue) {
        boolean mayHold(int row) {
            boolean oldEnough = catalogue.earliestMs(row) <= request.window().toMs();
            return oldEnough && catalogue.maxMs(row) >= request.window().fromMs();
        }

        boolean ends(int row, int found) {
            return row < 0
                    || found >= request.maxMessages()
                    || token.isCancelled()
                    || request.deadline().isExpired();
        }
    }

    private CompletableFuture<FrameBatch> older(KeyWalk walk, int from, List<ByteBuffer> found) {
        int row = from;
        while (row >= 0 && !walk.mayHold(row)) {
            row--;
        }
        if (walk.ends(row, found.size())) {
            return CompletableFuture.completedFuture(FrameBatch.ofCopies(found, found.size()));
        }
        int next = row - 1;
        return indexes.open(walk.catalogue.object(row))
                .thenComposeAsync(object -> in(object, walk.request), io)
                .thenCompose(more -> {
                    List<ByteBuffer> all = new ArrayList<>(found);
                    more.stream()
                            .limit(walk.request.maxMessages() - (long) found.size())
                            .forEach(all::add);
                    return older(walk, next, all);
                });
    }

    /** The object's messages with the key, newest first. */
    private CompletableFuture<List<ByteBuffer>> in(OpenObject object, ColdKeyRequest request) {
        CompletableFuture<List<ByteBuffer>> found = CompletableFuture.completedFuture(new ArrayList<>());
        for (int frame : object.index().framesWithKey(request.topic(), request.key())) {
            found = found.thenCompose(known -> fetch.get("", object, frame, frame + 1, frame + 1)
                    .thenApply(frames -> {
                        try {
                            collect(frames.getFirst().bytes(), request, known);
                        } finally {
                            frames.getFirst().release();
                        }
                        return known;
                    }));
        }
        return found.thenApply(all -> {
            all.sort(Comparator.comparingLong(MessageSearch::positionOf).reversed());
            return all;
        });
    }

    private static long positionOf(ByteBuffer message) {
        return new FrameView().wrap(message).position();
    }

    /** Copies: a key has few messages, and a frame is large. */
    private static void collect(ByteBuffer frame, ColdKeyRequest request, List<ByteBuffer> into) {
        FrameView view = new FrameView();
        for (int at = 0; at < frame.limit(); at += view.totalSize()) {
            view.wrap(frame, at);
            long stored = view.storeTimestampMs();
            boolean inTime = stored >= request.window().fromMs()
                    && stored <= request.window().toMs();
            if (inTime && view.topic().equals(request.topic()) && hasKey(view, request.key())) {
                ByteBuffer copy = ByteBuffer.allocate(view.totalSize());
                into.add(copy.put(frame.slice(at, view.totalSize())).flip());
            }
        }
    }

    private static boolean hasKey(FrameView view, String key) {
        PropertyView unique = view.property(PropertyName.UNIQ_KEY);
        if (unique != null && unique.toString().equals(key)) {
            return true;
        }
        PropertyView keys = view.property(PropertyName.KEYS);
        return keys != null && Arrays.asList(keys.toString().split(" ", -1)).contains(key);
    }

    private static FrameBatch empty() {
        return FrameBatch.ofCopies(List.of(), 0);
    }
}
