package io.firn.compaction.store;

import java.lang.foreign.MemorySegment;
import java.util.List;

/** What a read of the compacted part found. */
public sealed interface ReadOutcome {

    /**
     * Records, in order.
     *
     * @param runs their bytes; neighbours share a run; readable as long as the view is held
     * @param records how many there are
     * @param bytes sum of the runs
     * @param nextOffset where to go on: after the last one returned
     */
    record Found(List<MemorySegment> runs, int records, long bytes, long nextOffset) implements ReadOutcome {

        /** Keeps its own list. */
        public Found {
            runs = List.copyOf(runs);
        }
    }

    /**
     * No record for this reader before {@code nextOffset}: one jump over everything compacted away.
     *
     * @param nextOffset where to go on; above the offset asked for
     */
    record Nothing(long nextOffset) implements ReadOutcome {}
}
