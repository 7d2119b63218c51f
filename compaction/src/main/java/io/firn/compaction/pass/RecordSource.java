package io.firn.compaction.pass;

import java.io.IOException;

/** The records of one queue as they lie in the commit log. Any thread. */
public interface RecordSource {

    /** The first queue offset the log still has; {@link #endOffset()} when it has none. */
    long minOffset();

    /** The offset after the last record that can no longer be taken back (flushed and replicated). */
    long endOffset();

    /** Whether offsets may be missing between min and end: not in a log, but in what another compaction left. */
    default boolean hasGaps() {
        return false;
    }

    /** Walks the records with offsets in {@code [from, to)}, which lie between min and end. */
    RecordCursor scan(long from, long to) throws IOException;
}
