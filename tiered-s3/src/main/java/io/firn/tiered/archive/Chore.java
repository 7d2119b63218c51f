package io.firn.tiered.archive;

import io.firn.tiered.commit.ArchiveLog;

/**
 * Work of the writer beside archiving: done between slices, on the archiver's thread, which it may block. Decides itself
 * what is due; failures are those of the store and end the chore only, archiving goes on.
 */
@FunctionalInterface
public interface Chore {
    /** What may be done. */
    enum Extent {
        /** Everything. */
        ALL,
        /** An operator has paused archiving: nothing is deleted, no record is written. What is not archived is saved. */
        SAVE
    }

    /**
     * Does what is due.
     *
     * @param log fenced; what is committed here is published afterwards. Only looked at for {@link Extent#SAVE}
     */
    void run(ArchiveLog log, Extent extent);
}
