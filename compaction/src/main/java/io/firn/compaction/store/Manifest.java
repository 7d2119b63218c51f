package io.firn.compaction.store;

import io.firn.compaction.segment.SegmentMeta;
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
}
