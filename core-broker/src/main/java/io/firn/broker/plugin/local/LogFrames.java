package io.firn.broker.plugin.local;

import io.firn.broker.log.CommitLog;
import io.firn.broker.log.CorruptLogException;
import io.firn.broker.log.LogReader;
import io.firn.broker.record.RecordView;
import io.firn.spi.message.FrameView;
import io.firn.spi.read.DamagedStoreException;
import io.firn.spi.read.FrameCursor;

/** Walks the messages of the log; holds the segment it stands in. Owner: the thread that opened it. */
final class LogFrames implements FrameCursor {

    private final CommitLog log;
    private final LogReader reader;
    private final long end;
    private final FrameView frame = new FrameView();
    private final LeaseLedger.Held held;

    private boolean there;

    LogFrames(CommitLog log, LeaseLedger ledger, long from, long to) {
        LogReader own = log.reader(Math.max(from, log.minPosition()));
        this.log = log;
        this.reader = own;
        this.end = to;
        this.held = ledger.hold(this, "a walk over the log", own::close);
    }

    @Override
    public boolean next() {
        if (!held.isOpen()) {
            throw new IllegalStateException("this cursor is closed");
        }
        there = false;
        try {
            if (reader.nextPosition() >= end || !reader.next(log.appended().get()) || reader.position() >= end) {
                return false;
            }
        } catch (CorruptLogException e) {
            throw new DamagedStoreException(
                    e.getMessage() == null ? e.toString() : e.getMessage(), reader.nextPosition());
        }
        RecordView record = reader.view();
        frame.wrap(record.memory().asSlice(record.offset(), record.totalSize()).asByteBuffer());
        there = true;
        return true;
    }

    @Override
    public FrameView frame() {
        if (!held.isOpen() || !there) {
            throw new IllegalStateException("there is no message here: next() was not called or gave false");
        }
        return frame;
    }

    @Override
    public void close() {
        held.close();
    }
}
