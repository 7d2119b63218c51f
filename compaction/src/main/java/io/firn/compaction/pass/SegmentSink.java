package io.firn.compaction.pass;

import io.firn.compaction.segment.SegmentBuffers;
import io.firn.compaction.segment.SegmentMeta;
import io.firn.compaction.segment.SegmentName;
import io.firn.compaction.segment.SegmentRecord;
import io.firn.compaction.segment.SegmentWriter;
import io.firn.compaction.segment.TombstoneRun;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes surviving records in queue order and makes segments of them; their keys follow through {@link KeySink}. One thread. */
final class SegmentSink implements AutoCloseable {

    private final Scratch scratch;
    private final long maxBytes;
    private final SegmentBuffers buffers;
    private final RunTally tally;
    private final List<SegmentMeta> finished = new ArrayList<>();
    private final List<List<TombstoneRun>> runs = new ArrayList<>();
    private @Nullable SegmentWriter writer;

    SegmentSink(Scratch scratch, long maxBytes, SegmentBuffers buffers, RunTally tally) {
        this.scratch = scratch;
        this.maxBytes = maxBytes;
        this.buffers = buffers;
        this.tally = tally;
    }

    void append(SegmentRecord record, MemorySegment source, long at) throws IOException {
        SegmentWriter open = writer;
        if (open != null && !open.fits(record, maxBytes)) {
            endSegment(open);
            open = null;
        }
        if (open == null) {
            SegmentName name = new SegmentName(record.offset(), scratch.generation());
            open = SegmentWriter.create(scratch.disk(), scratch.directory(), name, record.storeTime(), buffers);
            writer = open;
        }
        open.append(record, source, at);
        if (record.tombstone()) {
            tally.add(record.offset());
        }
    }

    private void endSegment(SegmentWriter open) throws IOException {
        SegmentMeta meta = open.finish();
        finished.add(meta);
        runs.add(tally.cut(meta.name().base(), meta.extent().lastOffset()));
        open.close();
        writer = null;
    }

    /** The segments written, without their keys; in offset order. */
    List<SegmentMeta> finish() throws IOException {
        if (writer != null) {
            endSegment(writer);
        }
        List<SegmentMeta> metas = new ArrayList<>();
        for (int i = 0; i < finished.size(); i++) {
            SegmentMeta meta = finished.get(i);
            metas.add(meta.completed(meta.marks().keys(), runs.get(i)));
        }
        return metas;
    }

    @Override
    public void close() throws IOException {
        if (writer != null) {
            writer.close();
        }
    }
}
