package io.firn.compaction.queue;

import io.firn.compaction.pass.BadRecordException;
import io.firn.compaction.pass.RecordCursor;
import io.firn.spi.read.BrokerReader;
import io.firn.spi.read.DamagedStoreException;
import io.firn.spi.read.QueueEntryCursor;
import io.firn.spi.read.SegmentLease;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Walks a queue's entries and looks at the records in leased segments: one object per segment of the log, none per record. One
 * thread.
 */
final class TailCursor implements RecordCursor {

    private final BrokerReader reader;
    private final QueueEntryCursor entries;
    private @Nullable SegmentLease lease;
    private MemorySegment memory = MemorySegment.ofArray(new byte[0]);
    private long offset;
    private long at;

    TailCursor(BrokerReader reader, QueueEntryCursor entries, long from) {
        this.reader = reader;
        this.entries = entries;
        this.offset = from - 1;
    }

    @Override
    public boolean next() throws IOException {
        try {
            if (!entries.next()) {
                return false;
            }
        } catch (DamagedStoreException e) {
            throw new BadRecordException(offset + 1, "has a damaged queue entry: " + e.getMessage());
        }
        offset = entries.offset();
        long position = entries.position();
        SegmentLease held = lease;
        if (held == null || position < held.from() || position + entries.bytes() > held.to()) {
            held = hold(position);
        }
        at = position - held.from();
        return true;
    }

    private SegmentLease hold(long position) throws IOException {
        release();
        SegmentLease found = reader.lease(position);
        if (found == null || position < found.from() || position + entries.bytes() > found.to()) {
            if (found != null) {
                found.close();
            }
            throw new BadRecordException(offset, "is gone from the log at position " + position);
        }
        lease = found;
        memory = MemorySegment.ofBuffer(found.bytes());
        return found;
    }

    private void release() {
        if (lease != null) {
            lease.close();
            lease = null;
        }
    }

    @Override
    public long offset() {
        return offset;
    }

    @Override
    public MemorySegment memory() {
        return memory;
    }

    @Override
    public long at() {
        return at;
    }

    @Override
    public void close() {
        release();
        entries.close();
    }
}
