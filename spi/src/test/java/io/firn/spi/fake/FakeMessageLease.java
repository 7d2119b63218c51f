package io.firn.spi.fake;

import io.firn.spi.message.FrameView;
import io.firn.spi.read.MessageLease;

/** A message of a {@link FakeLog}. */
final class FakeMessageLease implements MessageLease {

    private final FrameView frame;
    private final OpenCount.Handle handle;

    FakeMessageLease(FrameView frame, OpenCount open) {
        this.frame = frame;
        this.handle = open.open();
    }

    @Override
    public FrameView frame() {
        handle.requireOpen();
        return frame;
    }

    @Override
    public void close() {
        handle.close();
    }
}
