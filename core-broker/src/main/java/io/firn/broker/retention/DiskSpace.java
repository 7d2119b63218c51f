package io.firn.broker.retention;

import io.firn.broker.runtime.StorageException;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;

/** How full a disk is. */
@FunctionalInterface
public interface DiskSpace {

    /** Used share of the disk, 0 to 1. May block on the file system. */
    double usedRatio();

    /** The disk that holds this directory. */
    static DiskSpace of(Path directory) {
        return () -> {
            try {
                FileStore store = Files.getFileStore(directory);
                long total = store.getTotalSpace();
                return total == 0 ? 0 : 1.0 - (double) store.getUsableSpace() / total;
            } catch (IOException e) {
                throw new StorageException("can not tell how full the disk of " + directory + " is: " + e, e);
            }
        };
    }
}
