package io.firn.spi.fake;

import io.firn.spi.read.SegmentLease;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Bytes of a segment of a {@link FakeLog}. */
final class FakeSegmentLease implements SegmentLease {

    private final Path file;
    private final long base;
    private final long from;
    private final ByteBuffer bytes;
    private final OpenCount.Handle handle;

    FakeSegmentLease(Path file, long base, long from, ByteBuffer bytes, OpenCount open) {
        this.file = file;
        this.base = base;
        this.from = from;
        this.bytes = bytes;
        this.handle = open.open();
    }

    @Override
    public Path file() {
        return file;
    }

    @Override
    public long basePosition() {
        return base;
    }

    @Override
    public long from() {
        return from;
    }

    @Override
    public long to() {
        return from + bytes.capacity();
    }

    @Override
    public ByteBuffer bytes() {
        handle.requireOpen();
        return bytes.duplicate();
    }

    @Override
    public void close() {
        handle.close();
    }
}
