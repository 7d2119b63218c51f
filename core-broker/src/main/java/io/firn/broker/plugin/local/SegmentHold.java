package io.firn.broker.plugin.local;

import io.firn.broker.log.LogSlice;
import io.firn.spi.read.SegmentLease;
import io.firn.spi.read.SegmentRef;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** A segment of the log, held. Any thread. */
final class SegmentHold implements SegmentLease {

    private final LogSlice slice;
    private final SegmentRef segment;
    private final LeaseLedger.Held held;

    SegmentHold(LeaseLedger ledger, LogSlice slice, SegmentRef segment) {
        this.slice = slice;
        this.segment = segment;
        this.held = ledger.hold(this, "the segment " + segment.file(), slice::close);
    }

    @Override
    public Path file() {
        return segment.file();
    }

    @Override
    public long basePosition() {
        return segment.from();
    }

    @Override
    public long from() {
        return segment.from();
    }

    @Override
    public long to() {
        return segment.to();
    }

    @Override
    public ByteBuffer bytes() {
        if (!held.isOpen()) {
            throw new IllegalStateException("the lease of " + segment.file() + " is closed");
        }
        return slice.asByteBuffer().asReadOnlyBuffer();
    }

    @Override
    public void close() {
        held.close();
    }
}
