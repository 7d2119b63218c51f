package io.firn.tiered.store;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.ReadOnlyFileSystemException;

/** The one place that reads the file system's exceptions for the {@code file:} back end. */
final class FileErrors {
    private FileErrors() {}

    static StoreException translate(String what, IOException e) {
        String line = what + ": " + e;
        return switch (e) {
            case NoSuchFileException _, NotDirectoryException _ -> new StoreException.Missing(line, e);
            case FileAlreadyExistsException _ -> new StoreException.Fenced(what + ": the key exists", e);
            case AccessDeniedException _ -> new StoreException.Fatal(line + "; give the broker access to it", e);
            default ->
                isFull(e)
                        ? new StoreException.Fatal(line + "; free some space", e)
                        : new StoreException.Retryable(line, StoreException.Retryable.Cause.TRANSIENT, e);
        };
    }

    static StoreException unsupported(String what, UnsupportedOperationException e) {
        String why = e instanceof ReadOnlyFileSystemException
                ? "the file system is read-only"
                : "the file system has no hard links, which create-only writes need";
        return new StoreException.Fatal(what + ": " + why + "; use another directory", e);
    }

    private static boolean isFull(IOException e) {
        String text = String.valueOf(e.getMessage());
        return text.contains("No space left") || text.contains("quota") || text.contains("Read-only file system");
    }
}
