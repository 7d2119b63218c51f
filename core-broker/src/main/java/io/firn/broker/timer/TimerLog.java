package io.firn.broker.timer;

import io.firn.broker.runtime.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The entries of all slots in the order in which they were noted, {@code timerlog/<first position, 20 digits>}, files of one
 * length. An entry and a blank fit into what is left of a file, or the blank alone says how much is left, and the next file
 * begins:
 *
 * <pre>
 * 0 int bytes left | 4 long 0 | 12 int CBD43194
 * </pre>
 *
 * Owner: the wheel's thread; {@link #force} may be called by any other.
 */
final class TimerLog implements AutoCloseable {

    private static final int BLANK_BYTES = 16;
    private static final int BLANK_MAGIC = 0xCBD43194;
    private static final int NAME_DIGITS = 20;
    /** Bytes read at once when all entries are read. */
    private static final int READ_BYTES = TimerUnit.BYTES * 20_000;

    private final Path directory;
    private final int fileBytes;
    private final ByteBuffer one = ByteBuffer.allocate(TimerUnit.BYTES);
    /** In order, without gaps. Written by the owner. */
    private volatile List<TimerFile> files;

    private long begin;
    private long end;

    private TimerLog(Path directory, int fileBytes, List<TimerFile> files, long begin) {
        this.directory = directory;
        this.fileBytes = fileBytes;
        this.files = files;
        this.begin = begin;
        this.end = begin;
    }

    /** Takes entries as they are found. */
    @FunctionalInterface
    interface Visitor {
        void see(long at, TimerUnit unit);
    }

    /** Whether there is anything in this directory. */
    static boolean isThere(Path directory) {
        return !listed(directory).isEmpty();
    }

    /**
     * Opens what there is. {@link #recover} comes next.
     *
     * @throws StorageException naming the file that does not fit
     */
    static TimerLog open(Path directory, int fileBytes) {
        SortedMap<Long, Path> found = listed(directory);
        List<TimerFile> files = new ArrayList<>();
        long begin = found.isEmpty() ? 0 : found.firstKey();
        for (Map.Entry<Long, Path> entry : found.entrySet()) {
            long expected = begin + (long) files.size() * fileBytes;
            if (entry.getKey() != expected) {
                throw new StorageException(entry.getValue() + " does not follow: a file that begins at " + expected
                        + " is missing, or the setting mappedFileSizeTimerLog is not what it was");
            }
            files.add(TimerFile.open(entry.getValue(), fileBytes));
        }
        return new TimerLog(directory, fileBytes, List.copyOf(files), begin);
    }

    private static SortedMap<Long, Path> listed(Path directory) {
        SortedMap<Long, Path> found = new TreeMap<>();
        if (!Files.isDirectory(directory)) {
            return found;
        }
        try (DirectoryStream<Path> names = Files.newDirectoryStream(directory)) {
            for (Path path : names) {
                String name = path.getFileName().toString();
                if (name.length() == NAME_DIGITS && name.chars().allMatch(Character::isDigit)) {
                    found.put(Long.parseLong(name), path);
                }
            }
        } catch (DirectoryIteratorException | IOException e) {
            throw new StorageException("can not read " + directory + ": " + e, e);
        }
        return found;
    }

    /** Position of the first entry there may be. */
    long begin() {
        return begin;
    }

    /** Position of the next entry. */
    long end() {
        return end;
    }

    /**
     * Finds the end: behind the last whole entry, from the file of {@code from} on. What is behind it is cut off.
     *
     * @param from a position all files before which are whole
     * @param recordsEnd end of the commit log; an entry of a record behind it, which a power cut took, is not whole:
     *     another record will be where that one was
     */
    void recover(long from, long recordsEnd, Visitor visitor) {
        int index = fileIndex(from);
        end = read(index, recordsEnd, visitor);
        int last = (int) ((end - begin) / fileBytes);
        if (last < files.size()) {
            files.get(last).cut((end - begin) % fileBytes);
            // the newest first: a crash on the way leaves no hole
            files.subList(last + 1, files.size()).reversed().forEach(TimerFile::delete);
            files = List.copyOf(files.subList(0, last + 1));
        }
    }

    /** Shows all entries from the beginning of the file on that a position lies in. After {@link #recover}. */
    void visit(long from, Visitor visitor) {
        long stopped = read(fileIndex(from), Long.MAX_VALUE, visitor);
        assert stopped == end : directory + " ends at " + end + ", not at " + stopped;
    }

    private int fileIndex(long position) {
        return Math.clamp((position - begin) / fileBytes, 0, Math.max(0, files.size() - 1));
    }

    /** Shows the entries of all files from this one on; returns where they end. */
    private long read(int firstIndex, long recordsEnd, Visitor visitor) {
        int index = firstIndex;
        long start = begin + (long) index * fileBytes;
        long at = start;
        while (at == start && index < files.size()) {
            at = read(files.get(index), start, recordsEnd, visitor);
            start += fileBytes;
            index++;
        }
        return at;
    }

    /** Shows the entries of a file; returns where they end: behind the file when it is full. */
    private long read(TimerFile file, long start, long recordsEnd, Visitor visitor) {
        ByteBuffer bytes = ByteBuffer.allocate(Math.min(READ_BYTES, fileBytes)).limit(0);
        int at = 0;
        while (fileBytes - at >= BLANK_BYTES) {
            if (bytes.remaining() < Math.min(TimerUnit.BYTES, fileBytes - at)) {
                file.read(bytes.clear().limit(Math.min(bytes.capacity(), fileBytes - at)), at);
            }
            if (isBlank(bytes)) {
                return start + fileBytes;
            }
            TimerUnit unit = whole(bytes, start + at);
            if (unit == null || unit.position() > recordsEnd - unit.size()) {
                break;
            }
            visitor.see(start + at, unit);
            at += TimerUnit.BYTES;
        }
        return start + at;
    }

    private static boolean isBlank(ByteBuffer bytes) {
        int at = bytes.position();
        return bytes.getLong(at + Integer.BYTES) == 0 && bytes.getInt(at + Integer.BYTES + Long.BYTES) == BLANK_MAGIC;
    }

    /** The entry that begins here; null when none does. */
    private static @Nullable TimerUnit whole(ByteBuffer bytes, long at) {
        if (bytes.remaining() < TimerUnit.BYTES) {
            return null;
        }
        boolean sized = bytes.getInt() == TimerUnit.BYTES;
        TimerUnit unit = TimerUnit.read(bytes);
        return sized && unit.isWholeAt(at) ? unit : null;
    }

    /** Whether the next entry begins another file. */
    boolean isFull() {
        return room() < TimerUnit.BYTES + BLANK_BYTES || isBehindFiles();
    }

    private int room() {
        return fileBytes - (int) ((end - begin) % fileBytes);
    }

    private boolean isBehindFiles() {
        return end == begin + (long) files.size() * fileBytes;
    }

    /** Adds an entry and returns where it is. */
    long append(TimerUnit unit) {
        int room = room();
        if (room < TimerUnit.BYTES + BLANK_BYTES) {
            ByteBuffer blank = ByteBuffer.allocate(BLANK_BYTES)
                    .putInt(room)
                    .putLong(0)
                    .putInt(BLANK_MAGIC)
                    .flip();
            fileOf(end).write(blank, fileBytes - room);
            end += room;
        }
        if (isBehindFiles()) {
            addFile();
        }
        unit.writeTo(one.clear());
        long at = end;
        fileOf(at).write(one.flip(), (at - begin) % fileBytes);
        end = at + TimerUnit.BYTES;
        return at;
    }

    /** Forgets the last entry: the next one comes in its place. */
    void takeBack(long at) {
        assert at + TimerUnit.BYTES == end : at + " is not the last entry, " + end + " is the end";
        end = at;
    }

    private void addFile() {
        List<TimerFile> more = new ArrayList<>(files);
        more.add(TimerFile.open(directory.resolve(String.format(Locale.ROOT, "%020d", end)), fileBytes));
        files = List.copyOf(more);
    }

    private TimerFile fileOf(long position) {
        return files.get((int) ((position - begin) / fileBytes));
    }

    /** The entry at a position; null when there is none. */
    @Nullable
    TimerUnit read(long at) {
        if (at < begin || at + TimerUnit.BYTES > end || (at - begin) % fileBytes > fileBytes - TimerUnit.BYTES) {
            return null;
        }
        fileOf(at).read(one.clear(), (at - begin) % fileBytes);
        return whole(one, at);
    }

    /** Deletes files whose last entry's record is gone from the log: those of all entries before are, too. */
    void dropBefore(long logMinPosition) {
        int last = (fileBytes - BLANK_BYTES) / TimerUnit.BYTES * TimerUnit.BYTES - TimerUnit.BYTES;
        while (files.size() > 1) {
            TimerUnit unit = read(begin + last);
            if (unit == null || unit.position() >= logMinPosition) {
                return;
            }
            TimerFile oldest = files.getFirst();
            files = List.copyOf(files.subList(1, files.size()));
            begin += fileBytes;
            oldest.delete();
        }
    }

    /** How many files there are. */
    int fileCount() {
        return files.size();
    }

    /** Returns when all that was there before is on disk. Blocks. */
    void force() {
        files.forEach(TimerFile::force);
    }

    @Override
    public void close() {
        files.forEach(TimerFile::close);
        files = List.of();
    }
}
