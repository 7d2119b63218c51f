package io.firn.tiered.cold;

import io.firn.spi.topic.QueueRef;
import io.firn.tiered.catalogue.Archive;
import io.firn.tiered.catalogue.QueueMap;
import io.firn.tiered.commit.ObjectRef;
import io.firn.tiered.format.QueueRun;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Finds the object and frame of an offset. Nearly always the map of queues names one slice. Any thread. */
final class SliceSearch {
    private final Archive archive;
    private final ObjectIndexes indexes;

    SliceSearch(Archive archive, ObjectIndexes indexes) {
        this.archive = archive;
        this.indexes = indexes;
    }

    /** Where an offset is. */
    sealed interface Found {
        /** In this frame, or it is the first behind the offset. */
        record At(OpenObject object, QueueRun run, int frame) implements Found {}

        /** Nowhere: the queue goes on here. */
        record Behind(long nextOffset) implements Found {}
    }

    /** A slice's part of the queue. */
    private record Part(OpenObject object, QueueRun run) {}

    /**
     * What a search has seen.
     *
     * @param at the last run that begins at or before the offset; null for none yet
     * @param above the first offset of a run that begins behind it
     */
    private record Seen(@Nullable Part at, long above) {}

    /** Looks for an offset that is covered. */
    CompletableFuture<Found> find(QueueRef queue, long offset) {
        QueueMap.Place place = archive.queues().find(queue, offset);
        if (place == null) {
            return CompletableFuture.failedFuture(
                    new IllegalArgumentException("queue " + queue + " has no archived messages"));
        }
        Search search = new Search(queue, offset, place.bases());
        return search.among(0, place.bases().length - 1, new Seen(null, place.nextOffset()))
                .thenApply(seen -> found(seen, offset));
    }

    private static Found found(Seen seen, long offset) {
        Part part = seen.at;
        int frame = part == null ? -1 : part.object.index().frameOf(part.run, offset);
        return part == null || frame < 0
                ? new Found.Behind(Math.max(offset + 1, seen.above))
                : new Found.At(part.object, part.run, frame);
    }

    /** A binary search over slices, some of which have none of the queue. */
    private final class Search {
        private final QueueRef queue;
        private final long offset;
        private final long[] bases;

        Search(QueueRef queue, long offset, long[] bases) {
            this.queue = queue;
            this.offset = offset;
            this.bases = bases;
        }

        CompletableFuture<Seen> among(int low, int high, Seen seen) {
            if (low > high) {
                return CompletableFuture.completedFuture(seen);
            }
            int middle = (low + high + 1) >>> 1;
            return part(queue, bases[middle]).thenCompose(part -> {
                if (part == null) {
                    return among(low, middle - 1, seen).thenCompose(before -> among(middle + 1, high, before));
                }
                long first = part.run.firstOffset();
                return first <= offset
                        ? among(middle + 1, high, new Seen(part, seen.above))
                        : among(low, middle - 1, new Seen(seen.at, Math.min(seen.above, first)));
            });
        }
    }

    private CompletableFuture<@Nullable Part> part(QueueRef queue, long base) {
        List<ObjectRef> objects = archive.objectsAt(base);
        CompletableFuture<@Nullable Part> found = CompletableFuture.completedFuture(null);
        for (ObjectRef ref : objects) {
            found = found.thenCompose(known -> known != null
                    ? CompletableFuture.completedFuture(known)
                    : indexes.open(ref).thenApply(object -> {
                        QueueRun run = object.index().queue(queue.topic(), queue.queueId());
                        return run == null ? null : new Part(object, run);
                    }));
        }
        return found;
    }
}
