package io.firn.spi.fake;

import io.firn.spi.dispatch.DispatchBatch;
import io.firn.spi.message.FrameView;
import io.firn.spi.read.FrameCursor;
import io.firn.spi.read.SegmentLease;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** A batch of a {@link FakeLog}. Strict: once {@link #takeBack taken back} every touch throws and is counted. */
public final class FakeBatch implements DispatchBatch {

    private final FakeLog log;
    private final long from;
    private final long to;
    private final Predicate<FrameView> chosen;
    private final List<FrameCursor> cursors = new ArrayList<>();
    private final AtomicInteger wrongTouches = new AtomicInteger();
    private volatile boolean returned;

    FakeBatch(FakeLog log, long from, long to, Predicate<FrameView> chosen) {
        this.log = log;
        this.from = from;
        this.to = to;
        this.chosen = chosen;
    }

    /** The dispatcher has returned: its cursors are closed. */
    public void takeBack() {
        returned = true;
        cursors.forEach(FrameCursor::close);
    }

    /** How often it was touched after it was taken back. */
    public int wrongTouches() {
        return wrongTouches.get();
    }

    @Override
    public long from() {
        check();
        return from;
    }

    @Override
    public long to() {
        check();
        return to;
    }

    @Override
    public FrameCursor frames() {
        check();
        FrameCursor cursor = log.scanLog(from, to, chosen);
        cursors.add(cursor);
        return cursor;
    }

    @Override
    public SegmentLease lease() {
        check();
        return log.lease(from, to);
    }

    private void check() {
        if (returned) {
            wrongTouches.incrementAndGet();
            throw new IllegalStateException("the batch is valid until dispatch returns");
        }
    }
}
