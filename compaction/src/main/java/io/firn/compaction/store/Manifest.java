package io.firn.compaction.store;

import io.firn.compaction.segment.SegmentMeta;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * All there is to know of one generation of a queue. Immutable.
 *
 * @param queue whose it is
 * @param lineage where it comes from
 * @param progress how far it reaches
 * @param segments in offset order, their ranges do not overlap
 * @param holes given up by an operator, in offset order
 */
public record Manifest(
        QueueName queue, Lineage lineage, Progress progress, List<SegmentMeta> segments, List<Hole> holes) {

    /** Keeps its own copies of the lists. */
    public Manifest {
        segments = List.copyOf(segments);
        holes = List.copyOf(holes);
    }

    /** Before the first pass. */
    public static Manifest empty(QueueName queue, long seed0, long seed1) {
        return new Manifest(queue, new Lineage(0, 0, 0, seed0, seed1), Progress.NONE, List.of(), List.of());
    }

    /** Its generation number. */
    public long generation() {
        return lineage.generation();
    }

    /** Queue offset after the last one compacted; -1 before the first pass. */
    public long cleanedTo() {
        return progress.cleanedTo();
    }

    /** The first offset at or after this one that is in no hole. */
    public long skipHoles(long offset) {
        long at = offset;
        for (Hole hole : holes) {
            if (hole.contains(at)) {
                at = hole.until();
            }
        }
        return at;
    }

    /** Where the first hole at or after an offset starts; {@code limit} when none starts before it. */
    public long nextHole(long offset, long limit) {
        for (Hole hole : holes) {
            if (hole.from() >= offset) {
                return Math.min(hole.from(), limit);
            }
        }
        return limit;
    }

    /** The generation after this one: other segments, other progress; holes that are compacted past are forgotten. */
    public Manifest next(long number, long now, Progress reached, List<SegmentMeta> newSegments) {
        List<Hole> ahead = holes.stream()
                .filter(hole -> hole.until() > reached.cleanedTo())
                .toList();
        return new Manifest(queue, lineage.next(number, now), reached, newSegments, ahead);
    }

    /** The same generation with one hole more. */
    public Manifest withHole(Hole hole) {
        List<Hole> all = new ArrayList<>(holes);
        all.add(hole);
        all.sort(Comparator.comparingLong(Hole::from));
        return new Manifest(queue, lineage, progress, segments, all);
    }
}
