package io.firn.broker.queue;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lists the files of one queue. A file that has to be there and is not is made again, empty: its entries are then
 * damaged ones, which are written again from the log when they are met.
 */
final class QueueListing {

    private static final Logger LOG = LoggerFactory.getLogger(QueueListing.class);
    private static final int NAME_DIGITS = 20;

    private final EntryFiles entryFiles;
    private final Path directory;

    QueueListing(EntryFiles entryFiles, Path directory) {
        this.entryFiles = entryFiles;
        this.directory = directory;
    }

    /** The file of a queue in this directory that starts with an offset. */
    static Path pathOf(Path directory, long firstOffset) {
        return directory.resolve(String.format(Locale.ROOT, "%0" + NAME_DIGITS + "d", firstOffset * QueueUnit.BYTES));
    }

    /**
     * The offsets the files start with, oldest first.
     *
     * @param known where the queue lies as far as is known
     * @throws StorageException when something else lies there, a file has another length, or one is missing in the
     *     middle of which nothing is known
     */
    List<Long> list(QueueEnd known) {
        List<Path> paths = paths();
        long units = entryFiles.unitsPerFile();
        long wanted = known.firstOffset() - known.firstOffset() % units;
        List<Long> starts = new ArrayList<>();
        for (Path path : paths) {
            long start = firstOffset(path);
            addMissing(starts, wanted, Math.min(start, known.maxOffset()));
            if (!starts.isEmpty() && start != starts.getLast() + units) {
                throw new StorageException("consume queue " + directory + " has no file between "
                        + pathOf(directory, starts.getLast()).getFileName() + " and " + path.getFileName()
                        + ": remove the older ones, or restore those missing");
            }
            starts.add(start);
            wanted = start + units;
        }
        addMissing(starts, wanted, known.maxOffset());
        return starts;
    }

    private void addMissing(List<Long> starts, long wanted, long end) {
        for (long start = wanted; start < end; start += entryFiles.unitsPerFile()) {
            Path path = pathOf(directory, start);
            createEmpty(path);
            LOG.warn("{} was missing: its entries are written again from the log when they are read", path);
            starts.add(start);
        }
    }

    private void createEmpty(Path path) {
        try {
            Files.createDirectories(directory);
            try (FileChannel channel =
                    FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.allocate(1), entryFiles.fileBytes() - 1);
            }
        } catch (IOException e) {
            throw new StorageException("can not make the missing " + path + ": " + e, e);
        }
    }

    private List<Path> paths() {
        List<Path> paths = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            entries.forEach(paths::add);
        } catch (NoSuchFileException e) {
            return paths;
        } catch (NotDirectoryException e) {
            throw new StorageException(directory + " is no directory: remove it", e);
        } catch (IOException e) {
            throw new StorageException("can not list " + directory + ": " + e, e);
        }
        paths.sort(null);
        return paths;
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
}
