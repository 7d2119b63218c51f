package io.firn.broker.plugin.local;

import io.firn.broker.log.CommitLog;
import io.firn.broker.log.LogSlice;
import io.firn.broker.log.SegmentStats;
import io.firn.broker.queue.ConsumeQueue;
import io.firn.broker.queue.OffsetRange;
import io.firn.broker.record.RecordLayout;
import io.firn.broker.record.RecordStatus;
import io.firn.broker.record.RecordView;
import io.firn.broker.record.Verify;
import io.firn.broker.runtime.StorageException;
import io.firn.spi.read.Boundary;
import io.firn.spi.read.BrokerReader;
import io.firn.spi.read.DamagedStoreException;
import io.firn.spi.read.FrameCursor;
import io.firn.spi.read.LogPositions;
import io.firn.spi.read.MessageLease;
import io.firn.spi.read.QueueEntryCursor;
import io.firn.spi.read.SegmentLease;
import io.firn.spi.read.SegmentRef;
import io.firn.spi.topic.QueueRef;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** One plugin's view of the local store. Threads of the plugin. */
final class LocalReader implements BrokerReader {

    private final LocalReaders.Stores stores;
    private final LeaseLedger ledger;

    LocalReader(LocalReaders.Stores stores, LeaseLedger ledger) {
        this.stores = stores;
        this.ledger = ledger;
    }

    @Override
    public @Nullable MessageLease byPosition(long position) {
        ledger.checkNotEnded();
        int size = sizeAt(stores.log(), position);
        if (size < RecordLayout.FIXED_BYTES) {
            return null;
        }
        LogSlice slice = stores.log().slice(position, size);
        if (slice == null) {
            return null;
        }
        if (inspect(slice) != RecordStatus.OK) {
            slice.close();
            return null;
        }
        return new RecordLease(ledger, slice);
    }

    private static int sizeAt(CommitLog log, long position) {
        if (position < 0) {
            return 0;
        }
        try (LogSlice head = log.slice(position, RecordLayout.FIXED_BYTES)) {
            return head == null
                    ? 0
                    : new RecordView().wrap(head.memory(), 0, head.size()).totalSize();
        }
    }

    static RecordStatus inspect(LogSlice slice) {
        return new RecordView().wrap(slice.memory(), 0, slice.size()).inspect(slice.position(), Verify.LENGTHS);
    }

    @Override
    public @Nullable MessageLease byOffset(QueueRef queue, long offset) {
        ledger.checkNotEnded();
        try (QueueWindow window = new QueueWindow(stores.local(), queue, offset, offset + 1)) {
            if (!window.next()) {
                return null;
            }
            LogSlice slice = stores.log().slice(window.position(), window.bytes());
            return slice == null ? null : new RecordLease(ledger, checked(slice));
        }
    }

    /** A record that a queue entry points to. */
    static LogSlice checked(LogSlice slice) {
        RecordStatus status = inspect(slice);
        if (status != RecordStatus.OK) {
            long position = slice.position();
            slice.close();
            throw new DamagedStoreException("no record stands at log position " + position + ": " + status, position);
        }
        return slice;
    }

    @Override
    public FrameCursor scan(QueueRef queue, long from, long to) {
        ledger.checkNotEnded();
        return new QueueFrames(stores, ledger, new QueueWindow(stores.local(), queue, from, to));
    }

    @Override
    public QueueEntryCursor scanEntries(QueueRef queue, long from, long to) {
        ledger.checkNotEnded();
        return new QueueWindow(stores.local(), queue, from, to);
    }

    @Override
    public FrameCursor scanLog(long from, long to) {
        ledger.checkNotEnded();
        return new LogFrames(stores.log(), ledger, from, to);
    }

    @Override
    public List<SegmentRef> segments() {
        ledger.checkNotEnded();
        List<SegmentRef> refs = new ArrayList<>();
        List<SegmentStats> segments = stores.log().segments();
        // read last: the other way round a segment filled meanwhile would look empty though another stands behind it
        long appended = stores.log().appended().get();
        for (SegmentStats each : segments) {
            boolean active = each.state() == SegmentStats.State.ACTIVE;
            refs.add(new SegmentRef(
                    each.path(),
                    each.position(),
                    active ? Math.max(each.position(), Math.min(each.end(), appended)) : each.end(),
                    active ? SegmentRef.State.ACTIVE : SegmentRef.State.SEALED,
                    each.lastModified().toEpochMilli()));
        }
        return refs;
    }

    @Override
    public @Nullable SegmentLease lease(long position) {
        ledger.checkNotEnded();
        for (SegmentRef segment : segments()) {
            if (position >= segment.from() && position < segment.to()) {
                LogSlice slice = stores.log().slice(segment.from(), (int) segment.bytes());
                return slice == null ? null : new SegmentHold(ledger, slice, segment);
            }
        }
        return null;
    }

    /** The later in the log's life a position comes, the earlier it is read: so none is above one it can not exceed. */
    @Override
    public LogPositions positions() {
        ledger.checkNotEnded();
        long min = stores.log().minPosition();
        long dispatched = stores.queues().dispatched().get();
        long flushed = stores.log().flushed().get();
        return new LogPositions(
                min, dispatched, flushed, flushed, stores.log().appended().get());
    }

    @Override
    public List<QueueRef> queues(String topic) {
        ledger.checkNotEnded();
        return stores.queues().ofTopic(topic).stream()
                .map(ConsumeQueue::queueId)
                .sorted()
                .map(id -> new QueueRef(topic, id))
                .toList();
    }

    @Override
    public long minOffset(QueueRef queue) {
        return range(queue).min();
    }

    @Override
    public long maxOffset(QueueRef queue) {
        return range(queue).max();
    }

    private OffsetRange range(QueueRef queue) {
        ledger.checkNotEnded();
        return stores.local().range(queue.topic(), queue.queueId());
    }

    @Override
    public OptionalLong offsetByTime(QueueRef queue, long timestampMs, Boundary boundary) {
        if (range(queue).isEmpty()) {
            return OptionalLong.empty();
        }
        io.firn.broker.queue.Boundary wanted = switch (boundary) {
            case LOWER -> io.firn.broker.queue.Boundary.LOWER;
            case UPPER -> io.firn.broker.queue.Boundary.UPPER;
        };
        try {
            return OptionalLong.of(stores.local().offsetByTime(queue.topic(), queue.queueId(), timestampMs, wanted));
        } catch (StorageException e) {
            throw new DamagedStoreException(e.getMessage() == null ? e.toString() : e.getMessage(), 0);
        }
    }
}
