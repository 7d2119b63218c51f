package io.firn.broker.queue;

import io.firn.broker.queue.IndexFile.Origin;
import io.firn.broker.queue.IndexFile.Shape;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The files of the key index in order. The dispatcher's thread adds at the end, the housekeeper removes at the front,
 * both under this object's lock; any thread looks.
 */
final class IndexFiles {

    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("yyyyMMddHHmmssSSS", Locale.ROOT).withZone(ZoneId.systemDefault());

    private final Path directory;
    private final Shape shape;
    private final MappingPool pool;
    private final Clock clock;
    /** Replaced whole under this object's lock. */
    private volatile List<IndexFile> files = List.of();

    IndexFiles(QueueConfig config, Path directory, MappingPool pool, Clock clock) {
        this.directory = directory;
        this.shape = new Shape(config.indexSlots(), config.indexEntries());
        this.pool = pool;
        this.clock = clock;
    }

    List<IndexFile> all() {
        return files;
    }

    @Nullable
    IndexFile last() {
        List<IndexFile> all = files;
        return all.isEmpty() ? null : all.getLast();
    }

    /** Position of the last record that is indexed; -1 when none is. */
    long lastPosition() {
        List<IndexFile> all = files;
        for (int i = all.size() - 1; i >= 0; i--) {
            if (!all.get(i).isEmpty()) {
                return all.get(i).endPosition();
            }
        }
        return -1;
    }

    /** Finds the files there are. While opening. */
    synchronized void list() {
        List<Path> paths = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            entries.forEach(paths::add);
        } catch (NoSuchFileException e) {
            return;
        } catch (NotDirectoryException e) {
            throw new StorageException(directory + " is no directory: remove it", e);
        } catch (IOException e) {
            throw new StorageException("can not list " + directory + ": " + e, e);
        }
        paths.sort(null);
        List<IndexFile> listed = new ArrayList<>();
        for (Path path : paths) {
            listed.add(open(path));
        }
        files = List.copyOf(listed);
    }

    private IndexFile open(Path path) {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            numberOf(path);
            if (channel.size() != shape.fileBytes()) {
                throw new StorageException(path + " has " + channel.size() + " bytes, not " + shape.fileBytes()
                        + ": set maxHashSlotNum and maxIndexNum to what the store was written with");
            }
            ByteBuffer head = ByteBuffer.allocate(IndexFile.HEAD_BYTES);
            while (head.hasRemaining() && channel.read(head, head.position()) > 0) {
                Thread.onSpinWait();
            }
            return new IndexFile(new LazyFile(pool, path, shape.fileBytes()), shape, head.clear(), Origin.FOUND);
        } catch (IOException e) {
            throw new StorageException("can not read " + path + ": " + e, e);
        } catch (NumberFormatException e) {
            throw new StorageException(path + " is no index file: remove it", e);
        }
    }

    private static long numberOf(Path path) {
        return Long.parseLong(path.getFileName().toString());
    }

    /** Takes out what was not safe on disk. While opening, after a crash. */
    synchronized void repair(long safe) {
        IndexRepair repair = new IndexRepair(shape, safe);
        List<IndexFile> kept = new ArrayList<>(files);
        while (!kept.isEmpty()) {
            Path path = kept.getLast().file().path();
            if (repair.repair(path)) {
                kept.set(kept.size() - 1, open(path));
                break;
            }
            kept.removeLast().file().delete();
        }
        files = List.copyOf(kept);
    }

    /** A new last file, named by the time; made on disk at its first entry. Dispatcher's thread. */
    synchronized IndexFile roll(@Nullable IndexFile previous) {
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new StorageException("can not create " + directory + ": " + e, e);
        }
        long time = clock.millis();
        long newest = files.isEmpty() ? 0 : numberOf(files.getLast().file().path());
        String name = NAME.format(Instant.ofEpochMilli(time));
        while (Long.parseLong(name) <= newest) {
            // two files in one millisecond, or the wall clock went back
            time++;
            name = Long.parseLong(name) < newest - 1
                    ? Long.toString(newest + 1)
                    : NAME.format(Instant.ofEpochMilli(time));
        }
        LazyFile file = new LazyFile(pool, directory.resolve(name), shape.fileBytes());
        ByteBuffer head = previous == null ? ByteBuffer.allocate(IndexFile.HEAD_BYTES) : IndexFile.seededBy(previous);
        IndexFile made = new IndexFile(file, shape, head, Origin.NEW);
        List<IndexFile> longer = new ArrayList<>(files);
        longer.add(made);
        files = List.copyOf(longer);
        return made;
    }

    /** Deletes files from the front whose last record lies below {@code logStart}; never the last file. Housekeeper. */
    synchronized int deleteBelow(long logStart) {
        int deleted = 0;
        while (files.size() > 1 && files.getFirst().endPosition() < logStart) {
            files.getFirst().file().delete();
            files = List.copyOf(files.subList(1, files.size()));
            deleted++;
        }
        return deleted;
    }
}
