package io.firn.compaction.rocketmq;

import io.firn.compaction.disk.Disk;
import io.firn.compaction.disk.InputFile;
import io.firn.compaction.frame.FrameFault;
import io.firn.compaction.frame.FrameReader;
import io.firn.compaction.pass.RecordCursor;
import io.firn.compaction.pass.RecordSource;
import io.firn.compaction.segment.CorruptFileException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * One queue of RocketMQ's compaction log: files named by 20 digits, ascending; in each, records as they stand in a commit log,
 * from byte 0, in ascending offset order and with gaps:
 *
 * <pre>
 *   record record ... record  { 0 0 0 ...  |  int size, int 0xCBD43194, ... }   to the end of the file
 * </pre>
 *
 * Files are mapped until {@link #close()}. One thread.
 */
final class ImportedRecords implements RecordSource, AutoCloseable {

    private static final int FILLER = 0xCBD43194;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final List<LogFile> files;
    private final long until;

    /** A file and how far it has records. */
    private record LogFile(Path path, InputFile input, long end) {}

    private ImportedRecords(List<LogFile> files, long until) {
        this.files = files;
        this.until = until;
    }

    /** Opens the files and walks over all record headers; records from offset {@code until} on are left out. */
    static ImportedRecords open(Disk disk, Path directory, long until) throws IOException {
        ImportedRecords records = new ImportedRecords(new ArrayList<>(), until);
        try {
            for (String name : disk.list(directory).stream().sorted().toList()) {
                if (name.matches("[0-9]{20}")) {
                    records.add(disk, directory.resolve(name));
                } else if (name.endsWith(".delete")
                        || !disk.list(directory.resolve(name)).isEmpty()) {
                    throw new IOException(directory.resolve(name)
                            + " says that RocketMQ ended while it replaced files: start RocketMQ on this store once and"
                            + " stop it cleanly, or move the directory of the queue away to do without it");
                }
            }
            return records;
        } catch (IOException e) {
            records.close();
            throw e;
        }
    }

    private void add(Disk disk, Path path) throws IOException {
        InputFile input = disk.open(path);
        try {
            files.add(new LogFile(path, input, end(path, input.bytes())));
        } catch (IOException e) {
            input.close();
            throw e;
        }
    }

    /** Where the records of a file end. */
    private static long end(Path path, MemorySegment bytes) throws CorruptFileException {
        FrameReader frame = new FrameReader();
        long at = 0;
        while (at < bytes.byteSize() && !isRest(bytes, at)) {
            FrameFault fault = frame.read(bytes, at);
            if (fault != FrameFault.NONE) {
                throw new CorruptFileException(path, at, "the record " + fault.text());
            }
            at += frame.size();
        }
        return at;
    }

    /** Whether from here on there is nothing but filler. */
    private static boolean isRest(MemorySegment bytes, long at) {
        long left = bytes.byteSize() - at;
        if (left >= 8 && bytes.get(INT, at + 4) == FILLER) {
            return true;
        }
        if (left >= 4 && bytes.get(INT, at) != 0) {
            return false;
        }
        for (long i = at; i < bytes.byteSize(); i++) {
            if (bytes.get(ValueLayout.JAVA_BYTE, i) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Bytes of all records. */
    long bytes() {
        return files.stream().mapToLong(LogFile::end).sum();
    }

    @Override
    public boolean hasGaps() {
        return true;
    }

    @Override
    public long minOffset() {
        FrameReader frame = new FrameReader();
        for (LogFile file : files) {
            if (file.end() > 0 && frame.read(file.input().bytes(), 0) == FrameFault.NONE) {
                return Math.min(until, frame.queueOffset());
            }
        }
        return until;
    }

    @Override
    public long endOffset() {
        return until;
    }

    @Override
    public RecordCursor scan(long from, long to) {
        return new Cursor(from, to);
    }

    @Override
    public void close() {
        for (LogFile file : files) {
            file.input().close();
        }
    }

    /** Leaves out what is not in ascending order: RocketMQ writes a record twice when it dispatches it again. */
    private final class Cursor implements RecordCursor {

        private final FrameReader frame = new FrameReader();
        private final long to;
        private int file;
        private long next;
        private long at;
        private long last;

        Cursor(long from, long to) {
            this.last = from - 1;
            this.to = to;
        }

        @Override
        public boolean next() throws CorruptFileException {
            while (file < files.size()) {
                LogFile present = files.get(file);
                if (next >= present.end()) {
                    file++;
                    next = 0;
                    continue;
                }
                at = next;
                FrameFault fault = frame.read(present.input().bytes(), at);
                if (fault != FrameFault.NONE) {
                    throw new CorruptFileException(present.path(), at, "the record " + fault.text());
                }
                next += frame.size();
                if (frame.queueOffset() > last) {
                    last = frame.queueOffset();
                    return last < to;
                }
            }
            return false;
        }

        @Override
        public long offset() {
            return last;
        }

        @Override
        public MemorySegment memory() {
            return files.get(file).input().bytes();
        }

        @Override
        public long at() {
            return at;
        }

        @Override
        public void close() {
            file = files.size();
        }
    }
}
