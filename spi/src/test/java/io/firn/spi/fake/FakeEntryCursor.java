package io.firn.spi.fake;

import io.firn.spi.message.FrameView;
import io.firn.spi.read.QueueEntryCursor;
import java.util.List;

/** Walks entries of a queue of a {@link FakeLog}. */
final class FakeEntryCursor implements QueueEntryCursor {

    private final FakeCursor messages;

    FakeEntryCursor(FakeLog log, List<Long> positions, OpenCount open) {
        messages = new FakeCursor(log, positions, open);
    }

    @Override
    public boolean next() {
        return messages.next();
    }

    @Override
    public long offset() {
        return frame().queueOffset();
    }

    @Override
    public long position() {
        return frame().position();
    }

    @Override
    public int bytes() {
        return frame().totalSize();
    }

    @Override
    public long tagsCode() {
        return frame().tagsCode();
    }

    @Override
    public void close() {
        messages.close();
    }

    private FrameView frame() {
        return messages.frame();
    }
}
