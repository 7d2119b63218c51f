package io.firn.broker.log;

import io.firn.broker.record.RecordLayout;
import io.firn.broker.record.RecordStatus;
import io.firn.broker.record.RecordView;
import io.firn.broker.record.Verify;
import org.jspecify.annotations.Nullable;

/**
 * Reads the log record by record, in order. Keeps the segment it stands in from being unmapped. When retention has
 * dropped the place it stands at, it goes on at the oldest one there is. Owner: one thread.
 */
public final class LogReader implements AutoCloseable {

    private final LogSegments segments;
    private final RecordView view = new RecordView();
    private @Nullable LogSegment held;
    private long position;
    private long nextPosition;

    LogReader(LogSegments segments, long from) {
        this.segments = segments;
        this.position = from;
        this.nextPosition = from;
    }

    /**
     * Moves to the next record; false when there is none wholly below {@code limit}.
     *
     * @param limit a published position: appended or flushed
     * @throws CorruptLogException when what stands there is no record; the reader stays where it is
     */
    public boolean next(long limit) {
        while (nextPosition < limit) {
            LogSegment segment = hold(nextPosition);
            if (nextPosition >= limit) {
                // retention has dropped all there was below the limit
                return false;
            }
            long left = segment.end() - nextPosition;
            RecordStatus status = left < RecordLayout.FILLER_BYTES
                    ? RecordStatus.FILLER
                    : inspect(segment, Math.min(left, limit - nextPosition));
            if (status == RecordStatus.OK) {
                position = nextPosition;
                nextPosition += view.totalSize();
                return true;
            }
            boolean filler =
                    status == RecordStatus.FILLER && (left < RecordLayout.FILLER_BYTES || view.totalSize() == left);
            if (!filler) {
                throw new CorruptLogException(
                        segment.file().path(), nextPosition, "a record was expected, found " + status);
            }
            nextPosition = segment.end();
        }
        return false;
    }

    private RecordStatus inspect(LogSegment segment, long available) {
        long at = nextPosition - segment.base();
        return view.wrap(segment.memory(), at, at + available).inspect(nextPosition, Verify.LENGTHS);
    }

    private LogSegment hold(long at) {
        LogSegment now = held;
        while (now == null || at < now.base() || at >= now.end()) {
            close();
            LogSegment found = segments.find(Math.max(at, segments.minPosition()));
            if (found == null) {
                throw new IllegalStateException("position " + at + " is beyond the log");
            }
            if (found.file().tryRetain()) {
                nextPosition = Math.max(at, found.base());
                held = found;
                return found;
            }
            // dropped between the two lines above; the next look finds the new oldest
            now = null;
        }
        return now;
    }

    /** The record {@link #next} moved to; valid until its next call. */
    public RecordView view() {
        return view;
    }

    /** Position of that record. */
    public long position() {
        return position;
    }

    /** Position behind that record, where the next is looked for: a boundary to go on from after a restart. */
    public long nextPosition() {
        return nextPosition;
    }

    /** Lets the segment go. The reader may be used again. */
    @Override
    public void close() {
        LogSegment now = held;
        if (now != null) {
            held = null;
            now.file().release();
        }
    }
}
