package io.firn.broker.queue;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;

/**
 * Records read from a queue, where they are. The bytes stay readable until {@link #close()}, which their one owner calls
 * once, on any thread.
 */
public abstract sealed class RecordSlices implements AutoCloseable permits LogSlices, LentSlices {

    private final int count;
    private final int bytes;
    private boolean closed;

    RecordSlices(int count, int bytes) {
        this.count = count;
        this.bytes = bytes;
    }

    /** How many messages, and their bytes together. */
    public record Size(int count, int bytes) {}

    /**
     * Records in memory of somebody else.
     *
     * @param slices each one or more whole records from position to limit, in queue order; unchanged until given back
     * @param fields for the client, beside the records
     * @param giveBack runs once, at {@link #close()}; must not block or throw
     */
    public static RecordSlices lent(List<ByteBuffer> slices, Size size, Map<String, String> fields, Runnable giveBack) {
        return new LentSlices(slices, size, fields, giveBack);
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
    public abstract int sliceCount();

    /** One piece, whole records in queue order. A new buffer over the same memory; not to be used after {@link #close()}. */
    public abstract ByteBuffer slice(int i);

    /** What the client is told beside the records; mostly nothing. */
    public Map<String, String> fields() {
        return Map.of();
    }

    /** Gives the memory back. Called once. */
    abstract void release();

    /** Gives the memory back. Idempotent. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            release();
        }
    }
}
