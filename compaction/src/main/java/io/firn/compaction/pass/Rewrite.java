package io.firn.compaction.pass;

import io.firn.compaction.frame.FrameFault;
import io.firn.compaction.frame.FrameReader;
import io.firn.compaction.segment.Bits;
import io.firn.compaction.segment.CorruptFileException;
import io.firn.compaction.segment.KeyFile;
import io.firn.compaction.segment.Segment;
import io.firn.compaction.segment.SegmentBuffers;
import io.firn.compaction.segment.SegmentIndex;
import io.firn.compaction.segment.SegmentMeta;
import io.firn.compaction.segment.SegmentRecord;
import io.firn.compaction.segment.TombstoneRun;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;

/** Writes the live records of neighbouring segments as new segments. Byte for byte, in order; keys are merged, not hashed anew. */
final class Rewrite {

    private final Scratch scratch;
    private final Tools tools;
    private final List<Segment> sources;
    private final FrameReader frame = new FrameReader();
    private long bytes;

    Rewrite(Scratch scratch, Tools tools, List<Segment> sources) {
        this.scratch = scratch;
        this.tools = tools;
        this.sources = sources;
    }

    /** The new segments' entries; none when nothing was alive. */
    List<SegmentMeta> run(long bufferBytes) throws IOException {
        List<TombstoneRun> runs = new ArrayList<>();
        for (Segment source : sources) {
            runs.addAll(source.meta().tombstones());
        }
        SegmentBuffers buffers = SegmentBuffers.allocate(scratch.arena(), bufferBytes);
        List<SegmentMeta> written;
        try (SegmentSink sink = new SegmentSink(scratch, tools.limits().segmentBytes(), buffers, new RunTally(runs))) {
            for (Segment source : sources) {
                copyLive(source, sink);
            }
            written = sink.finish();
        }
        if (written.isEmpty()) {
            return written;
        }
        try (KeySink keys = KeySink.create(scratch, written)) {
            mergeKeys(keys);
            return keys.finish();
        }
    }

    private void copyLive(Segment source, SegmentSink sink) throws IOException {
        SegmentIndex index = source.index();
        SegmentRecord record = new SegmentRecord();
        long unaccounted = 0;
        for (int i = source.nextLive(0); i < index.count(); i = source.nextLive(i + 1)) {
            int size = index.size(i);
            check(source, i);
            record.is(index.offset(i), size, frame.storeTime(), index.tagsCode(i));
            if (index.isTombstone(i)) {
                record.isTombstone();
            }
            sink.append(record, source.log(), index.position(i));
            unaccounted += 2L * size;
            bytes += size;
            if (unaccounted >= 1 << 20) {
                tools.io().take(unaccounted);
                unaccounted = 0;
            }
        }
    }

    private void check(Segment source, int ordinal) throws CorruptFileException {
        SegmentIndex index = source.index();
        long at = index.position(ordinal);
        FrameFault fault = frame.read(source.log(), at, index.size(ordinal), index.offset(ordinal));
        if (fault == FrameFault.NONE && !frame.bodyIsIntact()) {
            fault = FrameFault.BODY;
        }
        if (fault != FrameFault.NONE) {
            throw new CorruptFileException(
                    source.logPath(), at, "the record of queue offset " + index.offset(ordinal) + " " + fault.text());
        }
    }

    private void mergeKeys(KeySink sink) throws IOException {
        PriorityQueue<KeyCursor> heads = new PriorityQueue<>(sources.size());
        int first = 0;
        for (Segment source : sources) {
            source.verifyKeys();
            KeyCursor cursor = new KeyCursor(source, first);
            if (cursor.next()) {
                heads.add(cursor);
            }
            first += source.meta().liveness().liveRecords();
        }
        while (!heads.isEmpty()) {
            KeyCursor least = heads.remove();
            sink.append(least.high, least.low, least.record);
            if (least.next()) {
                heads.add(least);
            }
        }
    }

    /** Bytes of records copied. */
    long bytes() {
        return bytes;
    }

    /** Walks the keys of the live records of one segment, in the order of their hashes. */
    private static final class KeyCursor implements Comparable<KeyCursor> {
        private final Segment segment;
        private final KeyFile keys;
        private final Bits.Ranks ranks;
        private final int first;
        private int at = -1;
        private long high;
        private long low;
        private int record;

        KeyCursor(Segment segment, int first) {
            this.segment = segment;
            this.keys = segment.keys();
            this.ranks = segment.liveBits().ranks();
            this.first = first;
        }

        boolean next() {
            at++;
            while (at < keys.count() && !segment.isLive(keys.ordinal(at))) {
                at++;
            }
            if (at == keys.count()) {
                return false;
            }
            high = keys.high(at);
            low = keys.low(at);
            record = first + ranks.rank(keys.ordinal(at));
            return true;
        }

        @Override
        public int compareTo(KeyCursor other) {
            int order = Long.compareUnsigned(high, other.high);
            return order != 0 ? order : Long.compareUnsigned(low, other.low);
        }
    }
}
