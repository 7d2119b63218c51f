package io.firn.broker.log;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A range of the log, readable until closed: its memory is neither given back nor are its bytes changed before. Belongs to
 * whoever asked for it; may be handed on; closed exactly once, by any thread.
 */
public final class LogSlice implements AutoCloseable {

    private final Hold hold;
    private final MemorySegment memory;
    private final long position;
    private final LogSegment segment;
    private boolean closed;

    /**
     * A range that lies in {@code memory}.
     *
     * @param retained what has to stay for it, with a hold for this slice
     */
    LogSlice(Hold retained, MemorySegment memory, long position, LogSegment segment) {
        this.hold = retained;
        this.memory = memory;
        this.position = position;
        this.segment = segment;
    }

    Hold hold() {
        return hold;
    }

    LogSegment segment() {
        return segment;
    }

    /** The bytes, straight from the mapping or from a chunk of history. */
    public MemorySegment memory() {
        return memory;
    }

    /** Log position of byte 0. */
    public long position() {
        return position;
    }

    /** The file of the segment that holds it. */
    public Path path() {
        return segment.file().path();
    }

    /** Log position of that file's first byte. */
    public long segmentPosition() {
        return segment.base();
    }

    /** Log position behind that file's last byte. */
    public long segmentEnd() {
        return segment.end();
    }

    public int size() {
        return (int) memory.byteSize();
    }

    /** The bytes as a buffer for sockets; not to be used after {@link #close()}. */
    public ByteBuffer asByteBuffer() {
        return memory.asByteBuffer();
    }

    /** Lets the memory go. Idempotent on one thread. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            hold.release();
        }
    }
}
