package io.firn.broker.log;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A range of the log, readable until closed: its file is neither unmapped nor are its bytes changed before. Belongs to
 * whoever asked for it; may be handed on; closed exactly once, by any thread.
 */
public final class LogSlice implements AutoCloseable {

    private final MappedFile file;
    private final MemorySegment memory;
    private final long position;
    private final long segmentPosition;
    private boolean closed;

    LogSlice(MappedFile retained, MemorySegment memory, long position, long segmentPosition) {
        this.file = retained;
        this.memory = memory;
        this.position = position;
        this.segmentPosition = segmentPosition;
    }

    /** The bytes, straight from the mapping. */
    public MemorySegment memory() {
        return memory;
    }

    /** Log position of byte 0. */
    public long position() {
        return position;
    }

    /** The file of the segment that holds it. */
    public Path path() {
        return file.path();
    }

    /** Log position of that file's first byte. */
    public long segmentPosition() {
        return segmentPosition;
    }

    /** Log position behind that file's last byte. */
    public long segmentEnd() {
        return segmentPosition + file.length();
    }

    public int size() {
        return (int) memory.byteSize();
    }

    /** The bytes as a buffer for sockets; not to be used after {@link #close()}. */
    public ByteBuffer asByteBuffer() {
        return memory.asByteBuffer();
    }

    /** Lets the file go. Idempotent on one thread. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            file.release();
        }
    }
}
