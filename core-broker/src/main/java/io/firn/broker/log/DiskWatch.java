package io.firn.broker.log;

import java.io.IOException;
import java.nio.file.Path;

/** Asked before the log uses its disk, so that tests can make it fail or wait. Any thread. */
@FunctionalInterface
public interface DiskWatch {

    /** Nobody watches. */
    DiskWatch NONE = (use, file) -> {};

    /** What is about to be done to a segment's file. */
    enum Use {
        /** Made, all zero. */
        CREATE,
        /** Given disk space ahead of the writer. */
        POPULATE,
        /** Brought to disk. */
        FORCE
    }

    /**
     * The log is about to do this.
     *
     * @throws IOException as the disk would: it is not done then
     */
    void before(Use use, Path file) throws IOException;
}
