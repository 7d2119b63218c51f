package io.firn.broker.plugin.local;

import io.firn.broker.log.LogSlice;
import io.firn.spi.message.FrameView;
import io.firn.spi.read.MessageLease;

/** One record of the log, held. One thread at a time. */
final class RecordLease implements MessageLease {

    private final FrameView frame;
    private final LeaseLedger.Held held;

    RecordLease(LeaseLedger ledger, LogSlice slice) {
        this.frame = new FrameView().wrap(slice.asByteBuffer());
        this.held = ledger.hold(this, "the message at " + slice.position(), slice::close);
    }

    @Override
    public FrameView frame() {
        if (!held.isOpen()) {
            throw new IllegalStateException("this lease is closed");
        }
        return frame;
    }

    @Override
    public void close() {
        held.close();
    }
}
