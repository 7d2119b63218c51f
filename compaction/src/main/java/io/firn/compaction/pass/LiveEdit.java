package io.firn.compaction.pass;

import io.firn.compaction.segment.Bits;
import io.firn.compaction.segment.FileMark;
import io.firn.compaction.segment.Liveness;
import io.firn.compaction.segment.Segment;
import io.firn.compaction.segment.SegmentMarks;
import io.firn.compaction.segment.SegmentMeta;
import io.firn.compaction.segment.SegmentWriter;
import io.firn.compaction.segment.TombstoneRun;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes records of one older segment out of life, and writes down what is left. One thread, one attempt. */
final class LiveEdit {

    private final Segment segment;
    private final List<TombstoneRun> runs;
    private @Nullable Bits live;
    private int killed;
    private long killedBytes;
    private long deadSince;

    LiveEdit(Segment segment) {
        this.segment = segment;
        this.runs = new ArrayList<>(segment.meta().tombstones());
        this.deadSince = segment.meta().liveness().deadSince();
    }

    Segment segment() {
        return segment;
    }

    List<TombstoneRun> runs() {
        return runs;
    }

    boolean isLive(int ordinal) {
        return live == null ? segment.isLive(ordinal) : live.get(ordinal);
    }

    /** A record is dead, since then at the earliest; the dead stay dead. */
    void kill(int ordinal, long since) {
        if (!isLive(ordinal)) {
            return;
        }
        if (live == null) {
            live = segment.liveBits();
        }
        live.clearAt(ordinal);
        killed++;
        killedBytes += segment.index().size(ordinal);
        deadSince = Math.min(deadSince, since);
        if (segment.index().isTombstone(ordinal)) {
            forgetTombstone(segment.index().offset(ordinal));
        }
    }

    private void forgetTombstone(long offset) {
        for (int i = 0; i < runs.size(); i++) {
            TombstoneRun run = runs.get(i);
            if (offset < run.until()) {
                runs.set(i, run.withCount(run.count() - 1));
                return;
            }
        }
    }

    int killed() {
        return killed;
    }

    long deadSince() {
        return deadSince;
    }

    boolean isEmpty() {
        return segment.meta().liveness().liveRecords() == killed;
    }

    /** The segment's new entry; writes its live bits when they changed. */
    SegmentMeta write(Scratch scratch) throws IOException {
        SegmentMeta old = segment.meta();
        if (live == null) {
            return old;
        }
        long generation = scratch.generation();
        FileMark mark = SegmentWriter.writeLive(
                scratch.disk(), scratch.directory().resolve(old.name().live(generation)), old.name(), live);
        Liveness was = old.liveness();
        Liveness now = new Liveness(generation, was.liveRecords() - killed, was.liveBytes() - killedBytes, deadSince);
        SegmentMarks marks = old.marks().withLive(mark);
        List<TombstoneRun> left = runs.stream().filter(run -> run.count() > 0).toList();
        return new SegmentMeta(old.name(), old.extent(), now, marks, left);
    }
}
