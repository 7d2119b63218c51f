package io.firn.compaction.pass;

import io.firn.compaction.segment.SegmentMeta;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Gathers what is left of the older segments in one attempt. A segment in which nothing lives any more is left out. */
final class Survey {

    private final Scratch scratch;
    private final Policy policy;
    private final List<SegmentMeta> left = new ArrayList<>();
    private long keepUntil = Long.MAX_VALUE;
    private long killed;

    Survey(Scratch scratch, Policy policy) {
        this.scratch = scratch;
        this.policy = policy;
    }

    void add(LiveEdit edit) throws IOException {
        killed += edit.killed();
        if (edit.isEmpty()) {
            keepUntil = Math.min(keepUntil, RewriteChoice.eraseAt(edit.deadSince(), policy));
        } else {
            left.add(edit.write(scratch));
        }
    }

    /** Entries of the segments that stay. */
    List<SegmentMeta> left() {
        return left;
    }

    /** How long those left out may stay on the disk, ms. */
    long keepUntil() {
        return keepUntil;
    }

    /** Records that died in this attempt. */
    long killed() {
        return killed;
    }
}
