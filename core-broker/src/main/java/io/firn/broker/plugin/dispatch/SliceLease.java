package io.firn.broker.plugin.dispatch;

import io.firn.broker.log.LogSlice;
import io.firn.spi.read.SegmentLease;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;

/** A slice of the log that a plugin holds for as long as it likes. Any thread. */
final class SliceLease implements SegmentLease {

    private final LogSlice slice;
    /** All that are open; this one is in it until it is closed. */
    private final Set<SliceLease> open;

    private final AtomicBoolean closed = new AtomicBoolean();

    private SliceLease(LogSlice slice, Set<SliceLease> open) {
        this.slice = slice;
        this.open = open;
    }

    static SliceLease of(LogSlice slice, Set<SliceLease> open) {
        SliceLease lease = new SliceLease(slice, open);
        open.add(lease);
        return lease;
    }

    @Override
    public Path file() {
        return slice.path();
    }

    @Override
    public long basePosition() {
        return slice.segmentPosition();
    }

    @Override
    public long from() {
        return slice.position();
    }

    @Override
    public long to() {
        return slice.position() + slice.size();
    }

    @Override
    public ByteBuffer bytes() {
        if (closed.get()) {
            throw new IllegalStateException("the lease of " + slice.path() + " is closed");
        }
        return slice.asByteBuffer().asReadOnlyBuffer();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            open.remove(this);
            slice.close();
        }
    }
}
