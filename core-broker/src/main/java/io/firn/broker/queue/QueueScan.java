package io.firn.broker.queue;

import io.firn.broker.log.CommitLog;
import io.firn.broker.queue.QueueFiles.UnitFile;
import io.firn.broker.runtime.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Finds where a queue ends when the store was not left by a clean stop of this broker: a few positional reads, no mapping.
 * Entries rise, so their end is found by halving; the last one has to fit the log, and nothing may follow it. Else all
 * entries of the file are looked at, and the queue is {@link #isTorn torn}. Used while opening, on one thread.
 */
final class QueueScan {

    /** Entries behind the end that are looked at one by one; farther ones at growing distances. */
    private static final int CLOSE_LOOK = 4_096;

    private final ByteBuffer unit = ByteBuffer.allocate(QueueUnit.BYTES);
    private final int unitsPerFile;
    private final QueueFiles files;
    /** Entries for records at or behind this log position do not count. */
    private final long cut;

    private final long logStart;
    private final RecordFit fit;
    private boolean torn;

    QueueScan(EntryFiles entryFiles, QueueSnapshot.Entry queue, CommitLog log, long cut) {
        this.unitsPerFile = entryFiles.unitsPerFile();
        this.files = new QueueFiles(entryFiles, queue.topic(), queue.queueId(), QueueEnd.NEW);
        this.cut = cut;
        this.logStart = log.minPosition();
        this.fit = new RecordFit(log, queue.topic(), queue.queueId());
    }

    /** Whether entries at the queue's end were damaged: the log may have more records of this queue than were found. */
    boolean isTorn() {
        return torn;
    }

    /** The end of a queue that was closed properly; what follows it all the same is erased. */
    QueueEnd find() {
        UnitFile[] all = files.all();
        for (int i = all.length - 1; i >= 0; i--) {
            Path path = all[i].file().path();
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
                int units = countSound(channel, path, all[i].firstOffset());
                if (units < unitsPerFile && isUsed(channel, units)) {
                    return cut();
                }
                if (units > 0) {
                    return end(channel, all[i], units);
                }
            } catch (IOException e) {
                throw unreadable(path, e);
            }
        }
        return all.length == 0 ? QueueEnd.NEW : new QueueEnd(files.firstOffset(), files.firstOffset(), 0);
    }

    /**
     * The end of a queue after a crash. Entries at or behind the cut are erased, and with them whatever an interrupted
     * write-back left behind a hole: the dispatcher writes them again from the log.
     */
    QueueEnd cut() {
        while (true) {
            UnitFile[] all = files.all();
            if (all.length == 0) {
                return QueueEnd.NEW;
            }
            UnitFile last = all[all.length - 1];
            Path path = last.file().path();
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                int units = withoutBlanksOnly(channel, countSound(channel, path, last.firstOffset()));
                if (units > 0 || all.length == 1) {
                    eraseFrom(channel, units);
                    return end(channel, last, units);
                }
            } catch (IOException e) {
                throw unreadable(path, e);
            }
            files.deleteLast();
        }
    }

    private QueueEnd end(FileChannel channel, UnitFile file, int units) throws IOException {
        return new QueueEnd(
                files.firstOffset(), file.firstOffset() + units, units == 0 ? 0 : endOf(channel, units - 1));
    }

    /** How many entries of a file count. */
    private int countSound(FileChannel channel, Path path, long firstOffset) throws IOException {
        int units = countKept(channel, path);
        if ((units == 0 || isSound(channel, units - 1, firstOffset)) && isEndAt(channel, units, firstOffset)) {
            return units;
        }
        torn = true;
        int last = unitsPerFile - 1;
        while (last >= 0 && !(isKept(channel, last) && isSound(channel, last, firstOffset))) {
            last--;
        }
        return last + 1;
    }

    /** How many entries at the front of a file count when they are contiguous and their positions rise. */
    private int countKept(FileChannel channel, Path path) throws IOException {
        int low = 0;
        int high = (int) Math.min(unitsPerFile, channel.size() / QueueUnit.BYTES);
        if (high < unitsPerFile) {
            throw new StorageException(path + " has " + channel.size() + " bytes, not "
                    + (long) unitsPerFile * QueueUnit.BYTES
                    + ": set mappedFileSizeConsumeQueue to what the store was written with");
        }
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (isKept(channel, middle)) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private boolean isKept(FileChannel channel, int index) throws IOException {
        read(channel, index);
        return isKept(unit, 0);
    }

    private boolean isKept(ByteBuffer entries, int at) {
        long position = entries.getLong(at);
        return QueueUnit.isWritten(position, entries.getInt(at + Long.BYTES)) && position < cut;
    }

    /** Whether an entry has its record in the log, or had it as far as can be told. */
    private boolean isSound(FileChannel channel, int index, long firstOffset) throws IOException {
        read(channel, index);
        long position = unit.getLong(0);
        int size = unit.getInt(Long.BYTES);
        return size == QueueUnit.BLANK_SIZE
                || (position < logStart && position + size <= logStart)
                || fit.fits(firstOffset + index, position, size);
    }

    private boolean isUsed(FileChannel channel, int index) throws IOException {
        read(channel, index);
        return unit.getLong(0) != 0 || unit.getInt(Long.BYTES) != 0;
    }

    /** Whether nothing follows but what the cut takes. */
    private boolean isEndAt(FileChannel channel, int units, long firstOffset) throws IOException {
        if (units < unitsPerFile && isUsed(channel, units) && !isSound(channel, units, firstOffset)) {
            return false;
        }
        int close = Math.min(CLOSE_LOOK, unitsPerFile - units);
        ByteBuffer behind = ByteBuffer.allocate(close * QueueUnit.BYTES);
        readFully(channel, behind, units);
        for (int at = 0; at < behind.capacity(); at += QueueUnit.BYTES) {
            if (isLost(behind, at)) {
                return false;
            }
        }
        for (long step = Math.max(1, close); units + step < unitsPerFile; step *= 2) {
            read(channel, units + (int) step);
            if (isLost(unit, 0)) {
                return false;
            }
        }
        return true;
    }

    /** Whether an entry is neither unused nor one that the cut takes. */
    private boolean isLost(ByteBuffer entries, int at) {
        long position = entries.getLong(at);
        boolean isUnused = position == 0 && entries.getInt(at + Long.BYTES) == 0;
        return !isUnused && position < cut;
    }

    /** A file that is left with leading blanks only counts as empty: blanks without a message mislead other readers. */
    private int withoutBlanksOnly(FileChannel channel, int units) throws IOException {
        if (units == 0) {
            return 0;
        }
        read(channel, units - 1);
        return unit.getInt(Long.BYTES) == QueueUnit.BLANK_SIZE ? 0 : units;
    }

    private static void eraseFrom(FileChannel channel, int units) throws IOException {
        long length = channel.size();
        channel.truncate((long) units * QueueUnit.BYTES);
        channel.write(ByteBuffer.wrap(new byte[1]), length - 1);
    }

    private long endOf(FileChannel channel, int index) throws IOException {
        read(channel, index);
        int size = unit.getInt(Long.BYTES);
        return size == QueueUnit.BLANK_SIZE ? unit.getLong(0) : unit.getLong(0) + size;
    }

    private void read(FileChannel channel, int index) throws IOException {
        readFully(channel, unit.clear(), index);
    }

    private static void readFully(FileChannel channel, ByteBuffer entries, int index) throws IOException {
        long at = (long) index * QueueUnit.BYTES;
        while (entries.hasRemaining()) {
            if (channel.read(entries, at + entries.position()) < 0) {
                throw new IOException("ends at byte " + (at + entries.position()));
            }
        }
    }

    private static StorageException unreadable(Path path, IOException cause) {
        return new StorageException("can not read " + path + ": " + cause, cause);
    }
}
