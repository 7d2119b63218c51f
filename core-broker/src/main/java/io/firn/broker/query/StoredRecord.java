package io.firn.broker.query;

import io.firn.broker.log.CommitLog;
import io.firn.broker.log.LogSlice;
import io.firn.broker.queue.KeyIndex;
import io.firn.broker.record.RecordLayout;
import io.firn.broker.record.RecordStatus;
import io.firn.broker.record.RecordView;
import io.firn.broker.record.Verify;
import io.firn.broker.runtime.Utf8Cache;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One record of the log, held until closed. Any thread. */
final class StoredRecord implements AutoCloseable {

    private final LogSlice slice;
    private final RecordView view;

    private StoredRecord(LogSlice slice, RecordView view) {
        this.slice = slice;
        this.view = view;
    }

    /** The record that starts at this position; null when none starts there or it is gone. */
    static @Nullable StoredRecord at(CommitLog log, long position) {
        int size = sizeAt(log, position);
        if (size < RecordLayout.FIXED_BYTES) {
            return null;
        }
        LogSlice slice = log.slice(position, size);
        if (slice == null) {
            return null;
        }
        RecordView view = new RecordView().wrap(slice.memory(), 0, slice.size());
        if (view.inspect(position, Verify.LENGTHS) != RecordStatus.OK) {
            slice.close();
            return null;
        }
        return new StoredRecord(slice, view);
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

    LogSlice slice() {
        return slice;
    }

    /** Whether it is a message of the topic with the text as unique id, as one of its keys, or as its tags. */
    boolean has(String topic, String text, KeyIndex.KeyType type) {
        if (!view.topic(new Utf8Cache(2)).equals(topic)) {
            return false;
        }
        return switch (type) {
            case UNIQUE -> text.equals(view.property("UNIQ_KEY"));
            case TAG -> text.equals(view.property("TAGS"));
            case KEY -> hasWord(view.property("KEYS"), text) || text.equals(view.property("UNIQ_KEY"));
        };
    }

    private static boolean hasWord(@Nullable String keys, String word) {
        return keys != null && List.of(keys.split(" ")).contains(word);
    }

    @Override
    public void close() {
        slice.close();
    }
}
