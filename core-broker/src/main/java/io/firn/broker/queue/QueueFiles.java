package io.firn.broker.queue;

import io.firn.broker.runtime.StorageException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The files of one queue in order, listed when first asked for. The dispatcher's thread adds at the end, the housekeeper
 * removes at the front, both under this object's lock; any thread looks up.
 */
final class QueueFiles {

    private static final UnitFile[] NONE = {};
    private static final int NAME_DIGITS = 20;

    private final EntryFiles entryFiles;
    private final String topic;
    private final int queueId;
    /** Replaced whole under this object's lock; null until listed. */
    private volatile UnitFile @Nullable [] files;
    /** Under this object's lock. */
    private boolean closed;

    /** One file and the queue offset it starts at. */
    record UnitFile(long firstOffset, LazyFile file) {}

    QueueFiles(EntryFiles entryFiles, String topic, int queueId) {
        this.entryFiles = entryFiles;
        this.topic = topic;
        this.queueId = queueId;
    }

    private Path directory() {
        return entryFiles.directory(topic, queueId);
    }

    /** The files now, oldest first. */
    UnitFile[] all() {
        UnitFile[] current = files;
        return current == null ? list() : current;
    }

    /** The file that holds an offset; null when there is none. */
    @Nullable
    UnitFile at(long offset) {
        UnitFile[] current = all();
        for (int i = current.length - 1; i >= 0; i--) {
            long first = current[i].firstOffset;
            if (offset >= first) {
                return offset - first < entryFiles.unitsPerFile() ? current[i] : null;
            }
        }
        return null;
    }

    /** The first file that starts behind an offset; null when there is none. */
    @Nullable
    UnitFile after(long offset) {
        for (UnitFile file : all()) {
            if (file.firstOffset > offset) {
                return file;
            }
        }
        return null;
    }

    /**
     * The file for an offset at the end of the queue, made when it is not there. Null when the queue was deleted.
     * Dispatcher's thread.
     */
    @Nullable
    UnitFile makeFor(long offset) {
        UnitFile known = at(offset);
        return known != null ? known : append(offset - offset % entryFiles.unitsPerFile());
    }

    private synchronized @Nullable UnitFile append(long firstOffset) {
        if (closed) {
            return null;
        }
        UnitFile[] current = all();
        if (current.length == 0) {
            createDirectory();
        }
        UnitFile made = unitFile(firstOffset);
        UnitFile[] longer = Arrays.copyOf(current, current.length + 1);
        longer[current.length] = made;
        files = longer;
        return made;
    }

    /** Deletes the oldest file. Housekeeper, or recovery. */
    synchronized void deleteFirst() {
        UnitFile[] current = all();
        current[0].file.delete();
        files = Arrays.copyOfRange(current, 1, current.length);
    }

    /** Deletes the newest file. Recovery only. */
    synchronized void deleteLast() {
        UnitFile[] current = all();
        current[current.length - 1].file.delete();
        files = Arrays.copyOf(current, current.length - 1);
    }

    /** No file is mapped or made again; what is on disk stays. */
    synchronized void close() {
        closed = true;
        UnitFile[] current = files;
        if (current != null) {
            for (UnitFile file : current) {
                file.file.close();
            }
        }
        files = NONE;
    }

    private synchronized UnitFile[] list() {
        UnitFile[] current = files;
        if (current == null) {
            current = listNow();
            files = current;
        }
        return current;
    }

    private UnitFile[] listNow() {
        Path directory = directory();
        List<Path> paths = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            entries.forEach(paths::add);
        } catch (NoSuchFileException e) {
            return NONE;
        } catch (NotDirectoryException e) {
            throw new StorageException(directory + " is no directory: remove it", e);
        } catch (IOException e) {
            throw new StorageException("can not list " + directory + ": " + e, e);
        }
        paths.sort(null);
        UnitFile[] listed = new UnitFile[paths.size()];
        for (int i = 0; i < listed.length; i++) {
            long first = firstOffset(paths.get(i));
            if (i > 0 && first != listed[i - 1].firstOffset + entryFiles.unitsPerFile()) {
                throw new StorageException("consume queue " + directory + " has no file between "
                        + paths.get(i - 1).getFileName() + " and "
                        + paths.get(i).getFileName() + ": remove the older ones, or restore those missing");
            }
            listed[i] = unitFile(first);
        }
        return listed;
    }

    private long firstOffset(Path path) {
        String name = path.getFileName().toString();
        if (name.length() != NAME_DIGITS || !name.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new StorageException(path + " is no consume-queue file: remove it");
        }
        long bytes;
        try {
            long length = Files.size(path);
            if (length != entryFiles.fileBytes()) {
                throw new StorageException(path + " has " + length + " bytes, not " + entryFiles.fileBytes()
                        + ": set mappedFileSizeConsumeQueue to what the store was written with");
            }
            bytes = Long.parseLong(name);
        } catch (IOException e) {
            throw new StorageException("can not read " + path + ": " + e, e);
        } catch (NumberFormatException e) {
            throw new StorageException(path + " is no consume-queue file: remove it", e);
        }
        if (bytes % entryFiles.fileBytes() != 0) {
            throw new StorageException(path + " does not start at a multiple of " + entryFiles.fileBytes()
                    + ": set mappedFileSizeConsumeQueue to what the store was written with");
        }
        return bytes / QueueUnit.BYTES;
    }

    private UnitFile unitFile(long firstOffset) {
        String name = String.format(Locale.ROOT, "%0" + NAME_DIGITS + "d", firstOffset * QueueUnit.BYTES);
        return new UnitFile(firstOffset, entryFiles.queueFile(directory().resolve(name)));
    }

    private void createDirectory() {
        Path directory = directory();
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new StorageException("can not create " + directory + ": " + e, e);
        }
    }
}
