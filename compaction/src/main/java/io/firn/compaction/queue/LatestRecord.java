package io.firn.compaction.queue;

import io.firn.compaction.frame.FrameFault;
import io.firn.compaction.frame.FrameReader;
import io.firn.compaction.frame.RecordKey;
import io.firn.compaction.pass.RecordCursor;
import io.firn.compaction.segment.Segment;
import io.firn.compaction.store.KeyLookup;
import io.firn.compaction.store.View;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Finds the last record of a key: in the log's tail, which is walked and as long as the topic's lag allows, else by the key
 * files. Lives for one question; one thread.
 */
final class LatestRecord {

    private final HostedQueue hosted;
    private final View view;
    private final FrameReader frame = new FrameReader();
    private final RecordKey recordKey;

    private LatestRecord(HostedQueue hosted, View view) {
        this.hosted = hosted;
        this.view = view;
        this.recordKey = new RecordKey(view.manifest().queue().keyProperty());
    }

    /** A copy of the record; null when the key never was written or is deleted. */
    static byte @Nullable [] find(HostedQueue hosted, byte[] key) throws IOException {
        View view = hosted.queue().acquire();
        try {
            return new LatestRecord(hosted, view).find(key);
        } finally {
            view.release();
        }
    }

    private byte @Nullable [] find(byte[] key) throws IOException {
        OptionalLong found = new KeyLookup(view.manifest()).find(view, key);
        byte[] inTail = inTail(key, found.orElse(-1));
        if (inTail != null) {
            return isTombstone(inTail) ? null : inTail;
        }
        return found.isEmpty() ? null : live(found.getAsLong());
    }

    /** The latest record of the tail that counts; {@code before} is the offset of the one below it, -1 when there is none. */
    private byte @Nullable [] inTail(byte[] key, long before) throws IOException {
        long from = Math.max(view.cleanedTo(), hosted.source().minOffset());
        long to = hosted.endOffset();
        if (from >= to) {
            return null;
        }
        byte[] latest = null;
        long latestOffset = before;
        try (RecordCursor tail = hosted.source().scan(from, to)) {
            while (tail.next()) {
                if (frame.read(tail.memory(), tail.at()) == FrameFault.NONE) {
                    recordKey.load(frame);
                    if (recordKey.isKey(key) && latestOffset <= recordKey.condition()) {
                        latestOffset = tail.offset();
                        latest = tail.memory().asSlice(tail.at(), frame.size()).toArray(ValueLayout.JAVA_BYTE);
                    }
                }
            }
        }
        return latest;
    }

    private boolean isTombstone(byte[] record) {
        if (frame.read(MemorySegment.ofArray(record), 0) != FrameFault.NONE) {
            return false;
        }
        recordKey.load(frame);
        return recordKey.isTombstone(frame);
    }

    private byte @Nullable [] live(long offset) {
        for (Segment segment : view.segments()) {
            int ordinal = segment.index().ceiling(offset);
            if (offset >= segment.meta().name().base()
                    && ordinal < segment.index().count()) {
                long at = segment.index().position(ordinal);
                int size = segment.index().size(ordinal);
                return segment.index().isTombstone(ordinal)
                        ? null
                        : segment.log().asSlice(at, size).toArray(ValueLayout.JAVA_BYTE);
            }
        }
        return null;
    }
}
