package io.firn.compaction.pass;

import io.firn.compaction.segment.TombstoneRun;
import java.util.ArrayList;
import java.util.List;

/**
 * Counts tombstones per run while segments are written, so that each keeps the time from which its retention counts. Offsets
 * come in ascending order. One thread.
 */
final class RunTally {

    /** More runs than this in one segment are joined, the closest in time first; a tombstone then lives a little longer. */
    static final int MOST_RUNS = 64;

    private final List<TombstoneRun> source;
    private final List<TombstoneRun> runs = new ArrayList<>();
    private int at;
    private int count;

    /** Tombstones belong to these runs, which are in offset order. */
    RunTally(List<TombstoneRun> source) {
        this.source = source;
    }

    /** A tombstone at this offset was written. */
    void add(long offset) {
        while (offset >= source.get(at).until()) {
            endRun();
            at++;
        }
        count++;
    }

    private void endRun() {
        if (count > 0) {
            runs.add(source.get(at).withCount(count));
            count = 0;
        }
    }

    /**
     * The runs of the segment with these first and last offsets, which ends here; counting starts anew. A run does not reach
     * beyond its segment: else tombstones of the next one would be taken for older than they are.
     */
    List<TombstoneRun> cut(long first, long last) {
        endRun();
        runs.replaceAll(run -> new TombstoneRun(
                Math.max(first, run.from()), Math.min(last + 1, run.until()), run.dedupedAt(), run.count()));
        List<TombstoneRun> result = join(runs);
        runs.clear();
        return result;
    }

    private static List<TombstoneRun> join(List<TombstoneRun> all) {
        List<TombstoneRun> joined = new ArrayList<>(all);
        while (joined.size() > MOST_RUNS) {
            int closest = 0;
            for (int i = 1; i + 1 < joined.size(); i++) {
                if (gap(joined, i) < gap(joined, closest)) {
                    closest = i;
                }
            }
            TombstoneRun left = joined.get(closest);
            TombstoneRun right = joined.remove(closest + 1);
            joined.set(
                    closest,
                    new TombstoneRun(
                            left.from(),
                            right.until(),
                            Math.max(left.dedupedAt(), right.dedupedAt()),
                            left.count() + right.count()));
        }
        return joined;
    }

    private static long gap(List<TombstoneRun> runs, int index) {
        return Math.abs(runs.get(index + 1).dedupedAt() - runs.get(index).dedupedAt());
    }
}
