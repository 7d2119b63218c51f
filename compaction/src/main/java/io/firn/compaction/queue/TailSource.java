package io.firn.compaction.queue;

import io.firn.compaction.pass.RecordCursor;
import io.firn.compaction.pass.RecordSource;
import io.firn.spi.queue.QueueReader;
import io.firn.spi.read.BrokerReader;
import io.firn.spi.read.LogPositions;
import io.firn.spi.read.QueueEntryCursor;
import io.firn.spi.topic.QueueRef;
import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * A queue's records in the broker's log: those on this machine as they lie there, older ones, which an archive of the log may
 * have, through the reader below. Any thread of the plugin.
 */
final class TailSource implements RecordSource {

    private final BrokerReader reader;
    private final QueueReader base;
    private final QueueRef queue;

    TailSource(BrokerReader reader, QueueReader base, QueueRef queue) {
        this.reader = reader;
        this.base = base;
        this.queue = queue;
    }

    @Override
    public long minOffset() {
        return base.minOffset();
    }

    /** The offset of the next record; on a new disk, behind the last one that an archive has. */
    long maxOffset() {
        return isEmptyHere() ? base.maxOffset() : reader.maxOffset(queue);
    }

    private boolean isEmptyHere() {
        return reader.minOffset(queue) == reader.maxOffset(queue);
    }

    /** The queue's end, less what may still be truncated. */
    @Override
    public long endOffset() {
        long end = maxOffset();
        LogPositions positions = reader.positions();
        if (isEmptyHere() || positions.confirmed() >= positions.dispatched()) {
            return end;
        }
        long low = reader.minOffset(queue);
        long high = end;
        while (low < high) {
            long middle = (low + high) >>> 1;
            if (endOfRecord(middle) <= positions.confirmed()) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** Where the record at an offset ends in the log; as good as infinity when there is none. */
    private long endOfRecord(long offset) {
        try (QueueEntryCursor entry = reader.scanEntries(queue, offset, offset + 1)) {
            return entry.next() ? entry.position() + entry.bytes() : Long.MAX_VALUE;
        }
    }

    @Override
    public RecordCursor scan(long from, long to) {
        long here = isEmptyHere() ? to : Math.min(to, reader.minOffset(queue));
        return from >= here ? scanHere(from, to) : new Joined(new OldCursor(base, queue, from, here), here, to);
    }

    private RecordCursor scanHere(long from, long to) {
        return new TailCursor(reader, reader.scanEntries(queue, from, to), from);
    }

    /** The older records, then those on this machine. One thread. */
    private final class Joined implements RecordCursor {

        private final long here;
        private final long to;
        private RecordCursor part;
        private boolean old = true;

        Joined(RecordCursor first, long here, long to) {
            this.part = first;
            this.here = here;
            this.to = to;
        }

        @Override
        public boolean next() throws IOException {
            if (part.next()) {
                return true;
            }
            if (!old || here >= to) {
                return false;
            }
            part.close();
            old = false;
            part = scanHere(here, to);
            return part.next();
        }

        @Override
        public long offset() {
            return part.offset();
        }

        @Override
        public MemorySegment memory() {
            return part.memory();
        }

        @Override
        public long at() {
            return part.at();
        }

        @Override
        public void close() {
            part.close();
        }
    }
}
