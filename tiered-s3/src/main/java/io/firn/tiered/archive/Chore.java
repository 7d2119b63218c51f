package io.firn.tiered.archive;

import io.firn.tiered.commit.ArchiveLog;

/**
 * Work of the writer beside archiving: done between slices, on the archiver's thread, which it may block. Decides itself
 * what is due; failures are those of the store and end the round only.
 */
@FunctionalInterface
public interface Chore {
    /**
     * Does what is due.
     *
     * @param log fenced; what is committed here is published afterwards
     */
    void run(ArchiveLog log);
}
