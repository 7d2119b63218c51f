package io.firn.compaction;

import io.firn.compaction.pass.RecordCursor;
import io.firn.compaction.pass.RecordSource;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/** A queue in memory: the commit log's part of a test. */
public final class ListSource implements RecordSource {

    private final List<byte[]> records = new ArrayList<>();
    private long first;
    private long minOffset;

    /** A queue whose first record will have this offset. */
    public ListSource(long first) {
        this.first = first;
        this.minOffset = first;
    }

    public void add(byte[] record) {
        records.add(record);
    }

    public byte[] get(long offset) {
        return records.get((int) (offset - first));
    }

    public void replace(long offset, byte[] record) {
        records.set((int) (offset - first), record);
    }

    /** The log forgets what lies before. */
    public void trimTo(long offset) {
        minOffset = Math.max(minOffset, offset);
        while (first < minOffset - 4096) {
            records.subList(0, 4096).clear();
            first += 4096;
        }
    }

    @Override
    public long minOffset() {
        return minOffset;
    }

    @Override
    public long endOffset() {
        return first + records.size();
    }

    @Override
    public RecordCursor scan(long from, long to) {
        if (from < minOffset || to > endOffset()) {
            throw new IllegalArgumentException(
                    "asked for " + from + " to " + to + " of " + minOffset + " to " + endOffset());
        }
        return new Cursor(from, to);
    }

    private final class Cursor implements RecordCursor {
        private final long to;
        private long at;
        private MemorySegment memory;

        Cursor(long from, long to) {
            this.at = from - 1;
            this.to = to;
        }

        @Override
        public boolean next() {
            if (++at >= to || get(at) == null) {
                return false;
            }
            memory = MemorySegment.ofArray(get(at));
            return true;
        }

        @Override
        public long offset() {
            return at;
        }

        @Override
        public MemorySegment memory() {
            return memory;
        }

        @Override
        public long at() {
            return 0;
        }

        @Override
        public void close() {
            memory = null;
        }
    }
}
