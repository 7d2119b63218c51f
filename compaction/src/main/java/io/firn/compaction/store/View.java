package io.firn.compaction.store;

import io.firn.compaction.frame.FrameFault;
import io.firn.compaction.frame.FrameReader;
import io.firn.compaction.segment.CorruptFileException;
import io.firn.compaction.segment.Segment;
import io.firn.compaction.segment.SegmentIndex;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One generation of a queue, open for reading. Counted: whoever got it from {@link CompactedQueue#acquire()} releases it, and
 * until then no file of it is unmapped or deleted. Reads wait for nobody. Any thread.
 */
public final class View {

    /** Far enough below zero that late attempts to retain cannot bring the count back. */
    private static final int GONE = Integer.MIN_VALUE / 2;

    private final Manifest manifest;
    private final List<Segment> segments;
    private final long minOffset;
    private final AtomicInteger references = new AtomicInteger(1);

    /** Takes over one reference to the files of each segment. */
    View(Manifest manifest, List<Segment> segments) {
        this.manifest = manifest;
        this.segments = List.copyOf(segments);
        this.minOffset = firstLive(0);
    }

    /** Takes one more reference; false when the view is gone already. */
    public boolean tryRetain() {
        return references.getAndIncrement() > 0;
    }

    /** Gives the view back; nothing that was read from it may be used any more. */
    public void release() {
        int left = references.decrementAndGet();
        if (left == 0 && references.compareAndSet(0, GONE)) {
            for (Segment segment : segments) {
                segment.files().release();
            }
        }
    }

    /** What this generation consists of. */
    public Manifest manifest() {
        return manifest;
    }

    /** Its segments, in offset order. */
    public List<Segment> segments() {
        return segments;
    }

    /** Queue offset after the last one compacted: below it this view answers, from it on the commit log. */
    public long cleanedTo() {
        return manifest.cleanedTo();
    }

    /** Queue offset of the first live record; {@link #cleanedTo()} when there is none. */
    public long minOffset() {
        return minOffset;
    }

    /** The first live offset at or after {@code offset}; {@link #cleanedTo()} when there is none. */
    public long firstLive(long offset) {
        for (int i = floor(offset); i < segments.size(); i++) {
            Segment segment = segments.get(i);
            int ordinal = segment.nextLive(segment.index().ceiling(offset));
            if (ordinal < segment.index().count()) {
                return segment.index().offset(ordinal);
            }
        }
        return manifest.cleanedTo();
    }

    /** Number of the last segment that starts at or before an offset; 0 when none does. */
    int floor(long offset) {
        int low = 0;
        int high = segments.size() - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (segments.get(middle).meta().name().base() <= offset) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    /** Reads below {@link #cleanedTo()}. Throws when a file is not what its manifest says. */
    public ReadOutcome read(ReadLimits limits, FrameFilter filter) throws CorruptFileException {
        return new ViewScan(this, limits, filter).run();
    }

    /** Live records in {@code [from, to)} of queue offsets, below {@link #cleanedTo()}. */
    public long countLive(long from, long to) {
        long count = 0;
        for (int i = floor(from); i < segments.size(); i++) {
            Segment segment = segments.get(i);
            if (segment.meta().name().base() >= to) {
                break;
            }
            count += segment.countLive(
                    segment.index().ceiling(from), segment.index().ceiling(to));
        }
        return count;
    }

    /** The first live record stored at or after a time, ms; -1 when there is none here. */
    public long firstStoredAt(long time) throws CorruptFileException {
        for (Segment segment : segments) {
            if (segment.meta().extent().maxStoreTime() < time) {
                continue;
            }
            SegmentIndex index = segment.index();
            int ordinal = segment.nextLive(firstByFloor(index, time - 63));
            while (ordinal < index.count() && storeTime(segment, ordinal) < time) {
                ordinal = segment.nextLive(ordinal + 1);
            }
            if (ordinal < index.count()) {
                return index.offset(ordinal);
            }
        }
        return -1;
    }

    /** The last live record stored at or before a time, ms; -1 when there is none here. */
    public long lastStoredAt(long time) throws CorruptFileException {
        for (int i = segments.size() - 1; i >= 0; i--) {
            Segment segment = segments.get(i);
            if (segment.meta().extent().minStoreTime() > time) {
                continue;
            }
            int ordinal = firstByFloor(segment.index(), time + 1) - 1;
            while (ordinal >= 0 && (!segment.isLive(ordinal) || storeTime(segment, ordinal) > time)) {
                ordinal--;
            }
            if (ordinal >= 0) {
                return segment.index().offset(ordinal);
            }
        }
        return -1;
    }

    private static int firstByFloor(SegmentIndex index, long time) {
        int low = 0;
        int high = index.count();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (index.storeTimeFloor(middle) < time) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static long storeTime(Segment segment, int ordinal) throws CorruptFileException {
        checkRecord(segment, ordinal);
        return FrameReader.storeTime(segment.log(), segment.index().position(ordinal));
    }

    /** Throws unless the record in the log is the one its index entry describes. */
    static void checkRecord(Segment segment, int ordinal) throws CorruptFileException {
        SegmentIndex index = segment.index();
        long at = index.position(ordinal);
        FrameFault fault = FrameReader.glance(segment.log(), at, index.size(ordinal), index.offset(ordinal));
        if (fault != FrameFault.NONE) {
            throw new CorruptFileException(
                    segment.logPath(), at, "the record of queue offset " + index.offset(ordinal) + " " + fault.text());
        }
    }
}
