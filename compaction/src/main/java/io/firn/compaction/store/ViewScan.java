package io.firn.compaction.store;

import io.firn.compaction.segment.CorruptFileException;
import io.firn.compaction.segment.Segment;
import io.firn.compaction.segment.SegmentIndex;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One read of a view: walks index entries, joins neighbours to runs. Lives for one call, on the reader's thread. */
final class ViewScan {

    private final View view;
    private final ReadLimits limits;
    private final FrameFilter filter;
    private final List<MemorySegment> runs = new ArrayList<>();
    private @Nullable MemorySegment runLog;
    private long runStart;
    private long runEnd;
    private int records;
    private long bytes;
    private int examined;
    private long nextOffset;

    ViewScan(View view, ReadLimits limits, FrameFilter filter) {
        this.view = view;
        this.limits = limits;
        this.filter = filter;
        this.nextOffset = limits.from();
    }

    ReadOutcome run() throws CorruptFileException {
        boolean more = true;
        for (int i = view.floor(limits.from()); more && i < view.segments().size(); i++) {
            more = scan(view.segments().get(i));
        }
        if (records == 0) {
            return new ReadOutcome.Nothing(more ? view.cleanedTo() : nextOffset);
        }
        endRun();
        return new ReadOutcome.Found(runs, records, bytes, nextOffset);
    }

    /** Takes what fits from a segment; false when a limit ended the read. */
    private boolean scan(Segment segment) throws CorruptFileException {
        SegmentIndex index = segment.index();
        int ordinal = segment.nextLive(index.ceiling(limits.from()));
        while (ordinal < index.count()) {
            int size = index.size(ordinal);
            if (records >= limits.maxRecords() || (records > 0 && bytes + size > limits.maxBytes())) {
                return false;
            }
            if (examined >= limits.maxExamined()) {
                return false;
            }
            examined++;
            long position = index.position(ordinal);
            if (filter.matchesTags(index.tagsCode(ordinal))) {
                View.checkRecord(segment, ordinal);
                if (filter.matchesRecord(segment.log(), position, size)) {
                    take(segment.log(), position, size);
                    nextOffset = index.offset(ordinal) + 1;
                }
            }
            if (records == 0) {
                nextOffset = index.offset(ordinal) + 1;
            }
            ordinal = segment.nextLive(ordinal + 1);
        }
        return true;
    }

    private void take(MemorySegment log, long at, int size) {
        if (!log.equals(runLog) || at != runEnd) {
            endRun();
            runLog = log;
            runStart = at;
            runEnd = at;
        }
        runEnd += size;
        records++;
        bytes += size;
    }

    private void endRun() {
        if (runLog != null) {
            runs.add(runLog.asSlice(runStart, runEnd - runStart));
        }
    }
}
