package io.firn.broker.timer;

import io.firn.broker.log.CommitLog;
import io.firn.broker.log.LogSlice;
import io.firn.broker.record.RecordLayout;
import io.firn.broker.record.RecordStatus;
import io.firn.broker.record.RecordView;
import io.firn.broker.record.Verify;
import io.firn.broker.topic.TopicName;
import org.jspecify.annotations.Nullable;

/** A record of the timer topic in the log, held until closed. Owner: one thread. */
final class TimerRecord implements AutoCloseable {

    private final LogSlice slice;
    private final RecordView view;

    private TimerRecord(LogSlice slice, RecordView view) {
        this.slice = slice;
        this.view = view;
    }

    /** The record at a position; null when there is none of that topic. */
    static @Nullable TimerRecord at(CommitLog log, long position, int size) {
        LogSlice slice = size < RecordLayout.FIXED_BYTES ? null : log.slice(position, size);
        if (slice == null) {
            return null;
        }
        RecordView view = new RecordView().wrap(slice.memory(), 0, slice.size());
        if (view.inspect(position, Verify.LENGTHS) != RecordStatus.OK || !view.isOfTopic(TopicName.TIMER)) {
            slice.close();
            return null;
        }
        return new TimerRecord(slice, view);
    }

    RecordView view() {
        return view;
    }

    /** The slot it waits in; −1 when it does not say. */
    long slotMs() {
        return TimerProperties.number(view.property(TimerProperties.OUT_MS));
    }

    /** The unique key of the message that it recalls; null when it is a message. */
    @Nullable
    String recalls() {
        return view.property(TimerProperties.RECALLS);
    }

    /** Hash of its own topic. */
    int topicHash() {
        String topic = view.property(TimerProperties.REAL_TOPIC);
        return topic == null ? 0 : topic.hashCode();
    }

    @Override
    public void close() {
        slice.close();
    }
}
