package io.firn.compaction.queue;

import io.firn.compaction.frame.FrameFault;
import io.firn.compaction.frame.FrameReader;
import io.firn.compaction.frame.RecordKey;
import io.firn.compaction.pass.BadRecordException;
import io.firn.compaction.pass.RecordCursor;
import io.firn.compaction.segment.CorruptFileException;
import io.firn.compaction.segment.Segment;
import io.firn.compaction.segment.SegmentIndex;
import io.firn.compaction.store.KeyLookup;
import io.firn.compaction.store.View;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * The state of a queue up to a barrier: each key's last record unless it is deleted, and records without a key, in offset
 * order. Keys of the tail that is not compacted are kept in memory, all else is read as it goes. On one thread, which may
 * block; passes and readers go on beside it.
 */
final class Snapshot implements AutoCloseable {

    private static final int MOST_TAIL_KEYS = 1_000_000;

    private final HostedQueue hosted;
    private final View view;
    private final long barrier;
    private final FrameReader frame = new FrameReader();
    private final RecordKey key;
    private final KeyLookup lookup;
    private final Map<ByteBuffer, Long> tailKeys = new HashMap<>();
    private long records;

    /** Takes one record; the frame stands at it until the method returns. */
    @FunctionalInterface
    interface RecordSink {

        void take(FrameReader frame) throws IOException;
    }

    private Snapshot(HostedQueue hosted) {
        this.hosted = hosted;
        this.view = hosted.queue().acquire();
        this.barrier = hosted.endOffset();
        this.key = new RecordKey(view.manifest().queue().keyProperty());
        this.lookup = new KeyLookup(view.manifest());
    }

    /** As of now. Throws {@link IllegalStateException} when more keys than fit are not compacted. */
    static Snapshot take(HostedQueue hosted) throws IOException {
        Snapshot snapshot = new Snapshot(hosted);
        try {
            snapshot.readTailKeys();
            return snapshot;
        } catch (IOException | RuntimeException e) {
            snapshot.close();
            throw e;
        }
    }

    /** Queue offset after the last record looked at. */
    long barrier() {
        return barrier;
    }

    /** Records given so far. */
    long records() {
        return records;
    }

    /** Name of the property that holds the key. */
    String keyProperty() {
        return view.manifest().queue().keyProperty();
    }

    private long tailFrom() {
        return Math.max(Math.max(view.cleanedTo(), 0), hosted.source().minOffset());
    }

    private void readTailKeys() throws IOException {
        scanTail(read -> {
            byte[] name = key.copyKey();
            if (name != null && counts(name)) {
                tailKeys.put(ByteBuffer.wrap(name), read.queueOffset());
            }
            if (tailKeys.size() > MOST_TAIL_KEYS) {
                throw new IllegalStateException("queue " + hosted.ref() + " has more than " + MOST_TAIL_KEYS
                        + " keys that are not compacted: run a pass first");
            }
        });
    }

    /** Whether the condition of the record at hand is met, if it has one. */
    private boolean counts(byte[] name) throws IOException {
        long condition = key.condition();
        if (condition == RecordKey.UNCONDITIONAL) {
            return true;
        }
        Long inTail = tailKeys.get(ByteBuffer.wrap(name));
        return (inTail != null ? inTail : lookup.find(view, name).orElse(-1)) <= condition;
    }

    private void scanTail(RecordSink sink) throws IOException {
        if (tailFrom() >= barrier) {
            return;
        }
        try (RecordCursor tail = hosted.source().scan(tailFrom(), barrier)) {
            while (tail.next()) {
                FrameFault fault = frame.read(tail.memory(), tail.at());
                if (fault != FrameFault.NONE) {
                    throw new BadRecordException(tail.offset(), fault.text());
                }
                key.load(frame);
                sink.take(frame);
            }
        }
    }

    /** Gives all records to the sink. */
    void writeTo(RecordSink sink) throws IOException {
        for (Segment segment : view.segments()) {
            SegmentIndex index = segment.index();
            for (int i = segment.nextLive(0); i < index.count(); i = segment.nextLive(i + 1)) {
                if (!index.isTombstone(i)) {
                    giveCompacted(segment, i, sink);
                }
            }
        }
        scanTail(read -> {
            byte[] name = key.copyKey();
            boolean last = name == null || tailKeys.getOrDefault(ByteBuffer.wrap(name), -1L) == read.queueOffset();
            if (last && !key.isTombstone(read)) {
                give(sink);
            }
        });
    }

    private void giveCompacted(Segment segment, int ordinal, RecordSink sink) throws IOException {
        SegmentIndex index = segment.index();
        long at = index.position(ordinal);
        FrameFault fault = frame.read(segment.log(), at, index.size(ordinal), index.offset(ordinal));
        if (fault != FrameFault.NONE) {
            throw new CorruptFileException(
                    segment.logPath(), at, "the record of queue offset " + index.offset(ordinal) + " " + fault.text());
        }
        key.load(frame);
        byte[] name = key.copyKey();
        if (name == null || !tailKeys.containsKey(ByteBuffer.wrap(name))) {
            give(sink);
        }
    }

    private void give(RecordSink sink) throws IOException {
        records++;
        sink.take(frame);
    }

    @Override
    public void close() {
        view.release();
    }
}
