package io.firn.compaction.queue;

import io.firn.compaction.pass.RecordCursor;
import io.firn.compaction.pass.RecordSource;
import io.firn.spi.read.BrokerReader;
import io.firn.spi.read.LogPositions;
import io.firn.spi.read.QueueEntryCursor;
import io.firn.spi.topic.QueueRef;

/** A queue's records in the broker's log. Any thread of the plugin. */
final class TailSource implements RecordSource {

    private final BrokerReader reader;
    private final QueueRef queue;

    TailSource(BrokerReader reader, QueueRef queue) {
        this.reader = reader;
        this.queue = queue;
    }

    @Override
    public long minOffset() {
        return reader.minOffset(queue);
    }

    /** The queue's end, less what may still be truncated. */
    @Override
    public long endOffset() {
        long end = reader.maxOffset(queue);
        LogPositions positions = reader.positions();
        if (positions.confirmed() >= positions.dispatched()) {
            return end;
        }
        long low = minOffset();
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
        return new TailCursor(reader, reader.scanEntries(queue, from, to), from);
    }
}
