package io.firn.broker.transaction;

import io.firn.broker.log.CommitLog;
import io.firn.broker.log.LogSlice;
import io.firn.broker.record.RecordLayout;
import io.firn.broker.record.RecordStatus;
import io.firn.broker.record.RecordView;
import io.firn.broker.record.Verify;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** A record of this room in the log, held until closed. Owner: one thread. */
final class HalfRecord implements AutoCloseable {

    private final LogSlice slice;
    private final RecordView view;

    private HalfRecord(LogSlice slice, RecordView view) {
        this.slice = slice;
        this.view = view;
    }

    /** The record that starts at this position; null when none starts there or it is gone. */
    static @Nullable HalfRecord at(CommitLog log, long position) {
        int size = sizeAt(log, position);
        LogSlice slice = size < RecordLayout.FIXED_BYTES ? null : log.slice(position, size);
        if (slice == null) {
            return null;
        }
        RecordView view = new RecordView().wrap(slice.memory(), 0, slice.size());
        if (view.inspect(position, Verify.LENGTHS) != RecordStatus.OK) {
            slice.close();
            return null;
        }
        return new HalfRecord(slice, view);
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

    RecordView view() {
        return view;
    }

    long position() {
        return slice.position();
    }

    @Nullable
    String property(String name) {
        return view.property(name);
    }

    boolean isOf(String topic) {
        return view.isOfTopic(topic);
    }

    /** Where it goes when it is committed; null when it does not say. */
    @Nullable
    String realTopic() {
        return property(HalfProperties.REAL_TOPIC);
    }

    /** Its queue there; negative when it does not say. */
    int realQueue() {
        long queue = HalfProperties.number(property(HalfProperties.REAL_QUEUE), -1);
        return queue > Integer.MAX_VALUE ? -1 : (int) queue;
    }

    /** A copy of the body. */
    byte[] body() {
        byte[] body = new byte[view.bodyLength()];
        MemorySegment.copy(view.memory(), ValueLayout.JAVA_BYTE, view.bodyOffset(), body, 0, body.length);
        return body;
    }

    @Override
    public void close() {
        slice.close();
    }
}
