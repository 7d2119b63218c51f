package io.firn.compaction.disk;

import java.lang.foreign.MemorySegment;

/** The bytes of a finished file. Any thread may read; one closes, when nobody reads any more. */
public interface InputFile extends AutoCloseable {

    /** All bytes, read-only; an access after {@link #close()} throws {@link IllegalStateException}. */
    MemorySegment bytes();

    @Override
    void close();
}
