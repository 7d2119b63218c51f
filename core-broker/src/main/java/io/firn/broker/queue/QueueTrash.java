package io.firn.broker.queue;

import io.firn.broker.runtime.StorageException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * Deletes directories of queues in two steps: out of the way by one rename, so that a new topic of the same name starts
 * in an empty place, then file by file.
 */
final class QueueTrash {

    static final String DIRECTORY_NAME = "firn-trash";

    private final Path directory;

    QueueTrash(Path root) {
        this.directory = root.resolve(DIRECTORY_NAME);
    }

    /** Moves a directory out of the way; nothing happens when there is none. */
    void take(Path doomed) {
        try {
            if (Files.exists(doomed)) {
                Files.createDirectories(directory);
                Path place = Files.createTempDirectory(directory, "queues");
                Files.move(doomed, place.resolve("topic"), StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException e) {
            throw new StorageException("can not delete " + doomed + ": " + e, e);
        }
    }

    /** Deletes what was taken, now or in an earlier run. */
    void empty() {
        if (!Files.exists(directory)) {
            return;
        }
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                    return ignoreMissing(failure);
                }

                @Override
                public FileVisitResult postVisitDirectory(Path emptied, @Nullable IOException failure)
                        throws IOException {
                    Files.deleteIfExists(emptied);
                    return failure == null ? FileVisitResult.CONTINUE : ignoreMissing(failure);
                }
            });
        } catch (IOException e) {
            throw new StorageException("can not empty " + directory + ": " + e, e);
        }
    }

    /** Two deletions may empty the trash at the same time. */
    private static FileVisitResult ignoreMissing(IOException failure) throws IOException {
        if (failure instanceof NoSuchFileException) {
            return FileVisitResult.CONTINUE;
        }
        throw failure;
    }
}
