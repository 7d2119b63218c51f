package io.firn.broker.log;

import io.firn.broker.record.RecordStatus;
import io.firn.broker.record.RecordView;
import io.firn.broker.record.Verify;
import io.firn.broker.runtime.StorageException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The segment files as they are found at start: named by 20 digits, the position of their first byte; all of the
 * configured length; one behind the other. Anything else is named in a {@link StorageException}, for guessing could
 * lose messages. Two things a crash leaves are put right: an empty last file is deleted, and a last file that ends with
 * a record was being cut and gets its length back. Used while opening, on one thread.
 */
final class LogFiles {

    private static final int NAME_DIGITS = 20;

    private static final Logger LOG = LoggerFactory.getLogger(LogFiles.class);
    private static final Pattern NAME = Pattern.compile("\\d{" + NAME_DIGITS + "}");

    private final Path directory;
    private final long segmentBytes;
    private final SegmentFiles files;

    LogFiles(Path directory, long segmentBytes, SegmentFiles files) {
        this.directory = directory;
        this.segmentBytes = segmentBytes;
        this.files = files;
    }

    /** The name of the segment that starts at {@code base}: the position in 20 digits. */
    static String name(long base) {
        String digits = Long.toString(base);
        return "0".repeat(NAME_DIGITS - digits.length()) + digits;
    }

    /** Maps all segments, in order; creates the directory when it is missing. */
    List<LogSegment> load() {
        List<LogSegment> segments = new ArrayList<>();
        try {
            Files.createDirectories(directory);
            List<Path> paths = list();
            dropEmptyTail(paths);
            for (int i = 0; i < paths.size(); i++) {
                if (i == paths.size() - 1) {
                    finishCut(paths.get(i));
                }
                segments.add(map(paths.get(i), segments));
            }
            return segments;
        } catch (IOException e) {
            segments.forEach(segment -> segment.file().retire());
            throw StorageErrors.of("read", directory, e);
        } catch (StorageException e) {
            segments.forEach(segment -> segment.file().retire());
            throw e;
        }
    }

    private List<Path> list() throws IOException {
        List<Path> paths = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                boolean isNamedAsSegment =
                        NAME.matcher(entry.getFileName().toString()).matches();
                if (Files.isDirectory(entry)) {
                    if (isNamedAsSegment) {
                        throw new StorageException("segment " + entry + " is a directory; move it away");
                    }
                    continue;
                }
                if (!isNamedAsSegment) {
                    throw new StorageException("stray file " + entry + " in the commit log: names are " + NAME_DIGITS
                            + " digits; move it away");
                }
                paths.add(entry);
            }
        }
        paths.sort(null);
        return paths;
    }

    private static void dropEmptyTail(List<Path> paths) throws IOException {
        while (!paths.isEmpty() && Files.size(paths.getLast()) == 0) {
            LOG.info("deleting empty last segment {}", paths.getLast());
            MappedFile.delete(paths.removeLast());
        }
    }

    private LogSegment map(Path path, List<LogSegment> before) throws IOException {
        long base = parse(path);
        if (!before.isEmpty() && before.getLast().end() != base) {
            throw new StorageException(
                    "commit log has a gap: after " + before.getLast().file() + " comes " + path
                            + " instead of " + LogFiles.name(before.getLast().end())
                            + "; bring the missing segments back, or move those on one side of the gap away");
        }
        long size = Files.size(path);
        if (size != segmentBytes) {
            throw new StorageException("segment " + path + " has " + size + " bytes, but " + LogConfig.SEGMENT_SIZE_KEY
                    + "=" + segmentBytes + "; set " + LogConfig.SEGMENT_SIZE_KEY
                    + " to the length the store was made with");
        }
        MappedFile file = files.open(path, segmentBytes, MappedFile.Access.READ_WRITE);
        return new LogSegment(base, file, base + segmentBytes, files);
    }

    private static long parse(Path path) {
        try {
            return Long.parseLong(path.getFileName().toString());
        } catch (NumberFormatException e) {
            throw new StorageException("segment " + path + " is named by no position; move it away", e);
        }
    }

    /**
     * A segment always keeps room for a filler behind its last record. So a short file that ends with a whole record
     * was being cut there when the machine stopped, and nothing but zeros is missing.
     */
    private void finishCut(Path path) throws IOException {
        long size = Files.size(path);
        if (size >= segmentBytes || !endsWithRecord(path, size)) {
            return;
        }
        LOG.info("segment {} ends with a record after {} bytes: finishing the cut a crash interrupted", path, size);
        MappedFile.cut(path, size, segmentBytes);
    }

    private boolean endsWithRecord(Path path, long size) {
        long base = parse(path);
        MappedFile file = files.open(path, size, MappedFile.Access.READ_ONLY);
        try {
            RecordView view = new RecordView();
            long at = 0;
            while (at < size && view.wrap(file.memory(), at, size).inspect(base + at, Verify.CRC) == RecordStatus.OK) {
                at += view.totalSize();
            }
            return at == size;
        } finally {
            file.retire();
        }
    }
}
