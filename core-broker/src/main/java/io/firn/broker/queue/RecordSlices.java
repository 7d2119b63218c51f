package io.firn.broker.queue;

import io.firn.broker.log.LogSlice;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * Records read from a queue, straight from the log's mapping: records that are neighbours in the log share a slice. The
 * bytes stay readable until {@link #close()}, which their one owner calls once, on any thread.
 */
public final class RecordSlices implements AutoCloseable {

    private final List<LogSlice> slices;
    private final int count;
    private final int bytes;
    private boolean closed;

    RecordSlices(List<LogSlice> slices, int count, int bytes) {
        this.slices = slices;
        this.count = count;
        this.bytes = bytes;
    }

    /** How many messages. */
    public int count() {
        return count;
    }

    /** Bytes of all records together. */
    public int bytes() {
        return bytes;
    }

    /** How many pieces the records come in. */
    public int sliceCount() {
        return slices.size();
    }

    /** One piece, whole records in queue order. A new buffer over the mapping; not to be used after {@link #close()}. */
    public ByteBuffer slice(int i) {
        return slices.get(i).asByteBuffer();
    }

    /** Log position of a piece. */
    public long position(int i) {
        return slices.get(i).position();
    }

    /** Lets the log's files go. Idempotent. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            slices.forEach(LogSlice::close);
        }
    }
}
