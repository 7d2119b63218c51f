package io.firn.broker.plugin.dispatch;

import io.firn.broker.log.CommitLog;
import io.firn.broker.log.LogSlice;
import io.firn.broker.runtime.Utf8Cache;
import io.firn.spi.dispatch.DispatchBatch;
import io.firn.spi.read.FrameCursor;
import io.firn.spi.read.SegmentLease;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** One piece of the log, shown to one dispatcher. Owner: the dispatcher's thread, until {@link #close}. */
final class LogBatch implements DispatchBatch, AutoCloseable {

    private final LogSlice slice;
    private final Source source;
    private final List<BatchFrames> walks = new ArrayList<>();
    private boolean closed;

    LogBatch(LogSlice slice, Source source) {
        this.slice = slice;
        this.source = source;
    }

    /** What batches of one dispatcher share. */
    record Source(CommitLog log, TopicChoice choice, Utf8Cache names, Set<SliceLease> leases) {}

    @Override
    public long from() {
        return slice.position();
    }

    @Override
    public long to() {
        return slice.position() + slice.size();
    }

    @Override
    public FrameCursor frames() {
        requireOpen();
        BatchFrames walk = new BatchFrames(slice, source.choice, source.names);
        walks.add(walk);
        return walk;
    }

    @Override
    public SegmentLease lease() {
        requireOpen();
        // the batch holds the segment, so it is there
        LogSlice own = source.log.rest(from(), to());
        if (own == null) {
            throw new IllegalStateException("the log is closed");
        }
        return SliceLease.of(own, source.leases);
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException(
                    "a batch is valid until dispatch() returns: take a lease to keep its bytes");
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            walks.forEach(BatchFrames::close);
            slice.close();
        }
    }
}
