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

    /** Bytes of the disk; 0 when that is not known. May block on the file system. */
    default long totalBytes() {
        return 0;
    }

    /** The disk that holds this directory. */
    static DiskSpace of(Path directory) {
        return new DiskSpace() {
            @Override
            public double usedRatio() {
                try {
                    FileStore store = Files.getFileStore(directory);
                    long total = store.getTotalSpace();
                    return total == 0 ? 0 : 1.0 - (double) store.getUsableSpace() / total;
                } catch (IOException e) {
                    throw unknown(directory, e);
                }
            }

            @Override
            public long totalBytes() {
                try {
                    return Files.getFileStore(directory).getTotalSpace();
                } catch (IOException e) {
                    throw unknown(directory, e);
                }
            }
        };
    }

    private static StorageException unknown(Path directory, IOException e) {
        return new StorageException("can not tell how full the disk of " + directory + " is: " + e, e);
    }
}
