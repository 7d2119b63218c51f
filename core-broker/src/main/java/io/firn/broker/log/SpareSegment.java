package io.firn.broker.log;

import io.firn.broker.runtime.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The next segment, created and mapped before the writer needs it. The housekeeper prepares it, the writer makes it
 * part of the log; a writer that comes too early prepares it itself. Owner of the spare: the lock, under which it also
 * joins the segments, so that there is never a second file for the same place.
 */
final class SpareSegment {

    private final Path directory;
    private final long segmentBytes;
    private final SegmentFiles files;
    private final LogSegments segments;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable LogSegment spare;
    private boolean closed;

    SpareSegment(LogConfig config, SegmentFiles files, LogSegments segments) {
        this.directory = config.directory();
        this.segmentBytes = config.segmentSize().toBytes();
        this.files = files;
        this.segments = segments;
    }

    /**
     * The segment that follows the last one. May block on the disk. Any thread.
     *
     * @throws StorageException when it can not be created, or the log is closed
     */
    LogSegment prepare() {
        lock.lock();
        try {
            if (closed) {
                throw new StorageException("commit log in " + directory + " is closed");
            }
            LogSegment ready = spare;
            if (ready == null) {
                ready = create(directory, segments.last().end(), segmentBytes, files);
                spare = ready;
            }
            return ready;
        } finally {
            lock.unlock();
        }
    }

    /** Makes {@code prepared}, what {@link #prepare()} returned last, the last segment of the log. Writer only. */
    void join(LogSegment prepared) {
        lock.lock();
        try {
            assert spare == prepared : "not the spare: " + prepared;
            segments.add(prepared);
            spare = null;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Replaces the only segment, which never held a record, by one that begins elsewhere. The old file goes first: files
     * with a gap between them would not open again.
     */
    LogSegment restart(long base) {
        lock.lock();
        try {
            discardSpare();
            LogSegment empty = segments.last();
            empty.file().retire();
            MappedFile.delete(empty.file().path());
            LogSegment first = create(directory, base, segmentBytes, files);
            segments.restart(first);
            return first;
        } finally {
            lock.unlock();
        }
    }

    private void discardSpare() {
        LogSegment unused = spare;
        if (unused != null) {
            unused.file().retire();
            MappedFile.delete(unused.file().path());
            spare = null;
        }
    }

    /** A new file, all zero. */
    static LogSegment create(Path directory, long base, long bytes, SegmentFiles files) {
        Path path = directory.resolve(LogFiles.name(base));
        if (Files.exists(path)) {
            throw new StorageException("segment " + path + " is there already but not part of the log; move it away");
        }
        MappedFile file = files.open(path, bytes, MappedFile.Access.CREATE);
        try {
            MappedFile.forceDirectory(path);
            return new LogSegment(base, file, base, files);
        } catch (IOException e) {
            file.retire();
            throw StorageErrors.of("create", path, e);
        }
    }

    /** Deletes the spare when there is one: it has never held a record. */
    void close() {
        lock.lock();
        try {
            closed = true;
            discardSpare();
        } finally {
            lock.unlock();
        }
    }
}
