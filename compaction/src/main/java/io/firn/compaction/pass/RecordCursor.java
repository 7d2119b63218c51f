package io.firn.compaction.pass;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/**
 * A walk over records in queue order; one thread. Records that lie near each other share one {@link #memory()}, so that a
 * walk over millions of records makes few objects.
 */
public interface RecordCursor extends AutoCloseable {

    /** Goes to the next record; false at the end. */
    boolean next() throws IOException;

    /** Queue offset of the present record, as the queue has it. */
    long offset();

    /** The bytes the present record lies in; valid until the next {@link #next()}. */
    MemorySegment memory();

    /** Where in these bytes it starts. */
    long at();

    @Override
    void close();
}
