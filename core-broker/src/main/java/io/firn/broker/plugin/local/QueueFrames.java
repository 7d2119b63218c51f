package io.firn.broker.plugin.local;

import io.firn.broker.log.LogSlice;
import io.firn.spi.message.FrameView;
import io.firn.spi.read.FrameCursor;
import org.jspecify.annotations.Nullable;

/** Walks the messages of a queue; holds the one it stands on. Owner: the thread that opened it. */
final class QueueFrames implements FrameCursor {

    private final LocalReaders.Stores stores;
    private final QueueWindow entries;
    private final FrameView frame = new FrameView();
    private final Current current = new Current();
    private final LeaseLedger.Held held;

    /** What is held now; apart from the cursor, so that a lost cursor can be found. */
    private static final class Current {

        private @Nullable LogSlice slice;

        synchronized void hold(@Nullable LogSlice next) {
            LogSlice before = slice;
            slice = next;
            if (before != null) {
                before.close();
            }
        }

        synchronized boolean isThere() {
            return slice != null;
        }
    }

    QueueFrames(LocalReaders.Stores stores, LeaseLedger ledger, QueueWindow entries) {
        Current now = current;
        this.stores = stores;
        this.entries = entries;
        this.held = ledger.hold(this, "a walk over a queue", () -> now.hold(null));
    }

    @Override
    public boolean next() {
        if (!held.isOpen()) {
            throw new IllegalStateException("this cursor is closed");
        }
        current.hold(null);
        while (entries.next()) {
            LogSlice slice = stores.log().slice(entries.position(), entries.bytes());
            if (slice != null) {
                current.hold(LocalReader.checked(slice));
                frame.wrap(slice.asByteBuffer());
                return true;
            }
        }
        return false;
    }

    @Override
    public FrameView frame() {
        if (!held.isOpen() || !current.isThere()) {
            throw new IllegalStateException("there is no message here: next() was not called or gave false");
        }
        return frame;
    }

    @Override
    public void close() {
        held.close();
        entries.close();
    }
}
