package io.firn.compaction.store;

import java.lang.foreign.MemorySegment;

/** Which records a reader wants. Called on the reader's thread; must not block or keep the bytes. */
public interface FrameFilter {

    /** Wants everything. */
    FrameFilter ALL = new FrameFilter() {
        @Override
        public boolean matchesTags(long tagsCode) {
            return true;
        }

        @Override
        public boolean matchesRecord(MemorySegment log, long at, int size) {
            return true;
        }
    };

    /** The cheap question, asked of the index entry. */
    boolean matchesTags(long tagsCode);

    /** The exact question, asked of a record that passed the cheap one. */
    boolean matchesRecord(MemorySegment log, long at, int size);
}
