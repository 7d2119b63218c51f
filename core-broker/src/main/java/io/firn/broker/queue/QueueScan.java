package io.firn.broker.queue;

import io.firn.broker.queue.QueueFiles.UnitFile;
import io.firn.broker.runtime.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Finds where queues end when the store was not left by a clean stop of this broker: a few positional reads per queue,
 * no mapping. Used while opening, on one thread.
 */
final class QueueScan {

    private final ByteBuffer unit = ByteBuffer.allocate(QueueUnit.BYTES);
    private final int unitsPerFile;
    /** Entries for records at or behind this log position do not count. */
    private final long cut;

    QueueScan(int unitsPerFile, long cut) {
        this.unitsPerFile = unitsPerFile;
        this.cut = cut;
    }

    /** The end of a queue that was closed properly. */
    QueueEnd find(QueueFiles files) {
        UnitFile[] all = files.all();
        for (int i = all.length - 1; i >= 0; i--) {
            try (FileChannel channel = FileChannel.open(all[i].file().path(), StandardOpenOption.READ)) {
                int units = countKept(channel, all[i].file().path());
                if (units > 0) {
                    return new QueueEnd(all[i].firstOffset() + units, endOf(channel, units - 1));
                }
            } catch (IOException e) {
                throw unreadable(all[i].file().path(), e);
            }
        }
        return all.length == 0 ? QueueEnd.NEW : new QueueEnd(all[0].firstOffset(), 0);
    }

    /**
     * The end of a queue after a crash. Entries at or behind the cut are erased, and with them whatever an interrupted
     * write-back left behind a hole: the dispatcher writes them again from the log.
     */
    QueueEnd cut(QueueFiles files) {
        while (true) {
            UnitFile[] all = files.all();
            if (all.length == 0) {
                return QueueEnd.NEW;
            }
            UnitFile last = all[all.length - 1];
            Path path = last.file().path();
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                int units = withoutBlanksOnly(channel, countKept(channel, path));
                if (units > 0 || all.length == 1) {
                    eraseFrom(channel, units);
                    return new QueueEnd(last.firstOffset() + units, units == 0 ? 0 : endOf(channel, units - 1));
                }
            } catch (IOException e) {
                throw unreadable(path, e);
            }
            files.deleteLast();
        }
    }

    /** How many entries at the front of a file count: they are contiguous and their positions rise. */
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
            read(channel, middle);
            long position = unit.getLong(0);
            if (QueueUnit.isWritten(position, unit.getInt(Long.BYTES)) && position < cut) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
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
        unit.clear();
        long at = (long) index * QueueUnit.BYTES;
        while (unit.hasRemaining()) {
            if (channel.read(unit, at + unit.position()) < 0) {
                throw new IOException("ends at byte " + (at + unit.position()));
            }
        }
    }

    private static StorageException unreadable(Path path, IOException cause) {
        return new StorageException("can not read " + path + ": " + cause, cause);
    }
}
