package io.firn.broker.log;

import io.firn.broker.runtime.StorageException;
import io.firn.broker.runtime.StorageFullException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The one place that turns an {@link IOException} of a store file into a {@link StorageException}. */
final class StorageErrors {

    private static final long NEARLY_FULL_BYTES = 1 << 20;

    private StorageErrors() {}

    /** {@code action} as in "can not ACTION FILE". */
    static StorageException of(String action, Path file, IOException cause) {
        String head = "can not " + action + " " + file + ": ";
        if (isFull(file, cause)) {
            return new StorageFullException(head + "no space left on the disk, free some or move the store", cause);
        }
        if (cause instanceof AccessDeniedException) {
            return new StorageException(head + "access denied, check the owner and mode of it and its folders", cause);
        }
        return new StorageException(head + cause.getMessage(), cause);
    }

    /** The text is the C library's and may be translated, so the disk is asked too. */
    private static boolean isFull(Path file, IOException cause) {
        String text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        if (text.contains("no space left") || text.contains("quota")) {
            return true;
        }
        Path existing = Files.exists(file) ? file : file.toAbsolutePath().getParent();
        try {
            return existing != null && Files.getFileStore(existing).getUsableSpace() < NEARLY_FULL_BYTES;
        } catch (IOException e) {
            cause.addSuppressed(e);
            return false;
        }
    }
}
