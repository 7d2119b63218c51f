package io.firn.broker.log;

import io.firn.broker.record.RecordLayout;
import io.firn.broker.record.RecordStatus;
import io.firn.broker.record.RecordView;
import io.firn.broker.record.Verify;
import java.util.List;

/** Walks records from a boundary on, checking everything, until one is not whole. Used while opening, on one thread. */
final class LogScan {

    private static final int FILLER_BYTES = RecordLayout.FILLER_BYTES;

    private final List<LogSegment> segments;
    private final RecordView view = new RecordView();

    private long end;
    private RecordStatus stoppedBy = RecordStatus.OK;
    private long lastStoreTimestamp;

    LogScan(List<LogSegment> segments) {
        this.segments = segments;
    }

    /** Walks from {@code from}, which lies in a segment or right behind the last. */
    void run(long from) {
        end = from;
        stoppedBy = RecordStatus.OK;
        for (LogSegment segment : segments) {
            if (segment.end() > end && stoppedBy == RecordStatus.OK) {
                segment.file().adviseSequential();
                walk(segment);
            }
        }
    }

    private void walk(LogSegment segment) {
        while (end < segment.end()) {
            long left = segment.end() - end;
            RecordStatus status = left < FILLER_BYTES ? RecordStatus.FILLER : inspect(segment, end, Verify.CRC);
            if (status == RecordStatus.OK) {
                end += view.totalSize();
                lastStoreTimestamp = view.storeTimestamp();
            } else if (status == RecordStatus.FILLER && (left < FILLER_BYTES || view.totalSize() == left)) {
                end = segment.end();
            } else {
                stoppedBy = status == RecordStatus.FILLER ? RecordStatus.BAD_LENGTH : status;
                return;
            }
        }
    }

    private RecordStatus inspect(LogSegment segment, long position, Verify verify) {
        long at = position - segment.base();
        return view.wrap(segment.memory(), at, segment.memory().byteSize()).inspect(position, verify);
    }

    /** The store time of the record a segment starts with; −1 when it does not start with one. */
    long firstStoreTimestamp(LogSegment segment) {
        return inspect(segment, segment.base(), Verify.LENGTHS) == RecordStatus.OK ? view.storeTimestamp() : -1;
    }

    /** Position behind the last whole record, a segment's start when that record filled one. */
    long end() {
        return end;
    }

    /** What stands at {@link #end()}; OK when the last segment is full. */
    RecordStatus stoppedBy() {
        return stoppedBy;
    }

    /** Of the last whole record, ms; 0 when none was walked. */
    long lastStoreTimestamp() {
        return lastStoreTimestamp;
    }
}
