package io.firn.spi.fake;

import io.firn.spi.message.FrameView;
import io.firn.spi.read.FrameCursor;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Walks messages of a {@link FakeLog}. */
final class FakeCursor implements FrameCursor {

    private final FakeLog log;
    private final Iterator<Long> positions;
    private final OpenCount.Handle handle;
    private @Nullable FrameView frame;

    FakeCursor(FakeLog log, List<Long> positions, OpenCount open) {
        this.log = log;
        this.positions = positions.iterator();
        this.handle = open.open();
    }

    @Override
    public boolean next() {
        handle.requireOpen();
        frame = positions.hasNext() ? log.view(positions.next()) : null;
        return frame != null;
    }

    @Override
    public FrameView frame() {
        handle.requireOpen();
        if (frame == null) {
            throw new IllegalStateException("no message here");
        }
        return frame;
    }

    @Override
    public void close() {
        handle.close();
    }
}
