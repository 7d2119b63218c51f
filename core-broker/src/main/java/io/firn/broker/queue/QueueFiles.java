package io.firn.broker.queue;

import io.firn.broker.runtime.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The files of one queue in order, listed when first asked for. The dispatcher's thread adds at the end, the housekeeper
 * removes at the front, both under this object's lock; any thread looks up.
 */
final class QueueFiles {

    private static final UnitFile[] NONE = {};

    private final EntryFiles entryFiles;
    private final Path directory;
    private final QueueEnd known;
    /** Replaced whole under this object's lock; null until listed. */
    private volatile UnitFile @Nullable [] files;
    /** Under this object's lock. */
    private boolean closed;

    /** One file and the queue offset it starts at. */
    record UnitFile(long firstOffset, LazyFile file) {}

    /**
     * Files that are looked for when they are needed.
     *
     * @param known where the queue lies as far as is known: a file within that is not there is made again
     */
    QueueFiles(EntryFiles entryFiles, String topic, int queueId, QueueEnd known) {
        this.entryFiles = entryFiles;
        this.directory = entryFiles.directory(topic, queueId);
        this.known = known;
    }

    /** The offset the oldest file starts with; what was known when nobody asked for the files yet. */
    long firstOffset() {
        UnitFile[] current = files;
        if (current == null) {
            return known.firstOffset();
        }
        return current.length == 0 ? 0 : current[0].firstOffset;
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
        return new QueueListing(entryFiles, directory)
                .list(known).stream().map(this::unitFile).toArray(UnitFile[]::new);
    }

    private UnitFile unitFile(long firstOffset) {
        return new UnitFile(firstOffset, entryFiles.queueFile(QueueListing.pathOf(directory, firstOffset)));
    }

    private void createDirectory() {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new StorageException("can not create " + directory + ": " + e, e);
        }
    }
}
