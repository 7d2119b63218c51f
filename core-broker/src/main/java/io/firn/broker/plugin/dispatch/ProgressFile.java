package io.firn.broker.plugin.dispatch;

import io.firn.broker.runtime.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * How far one dispatcher has come, on disk. Two slots at 0 and 512 take turns, so that a torn write leaves the older one;
 * of two that are whole the one with the higher sequence counts. Big endian:
 *
 * <pre>
 *   off  size
 *     0     4  magic 46445052 ("FDPR")
 *     4     4  version: 1
 *     8     8  sequence, rises by 1 with each write
 *    16     8  log position below which all is durable
 *    24     8  the run of the broker that wrote it
 *    32     4  CRC32 of bytes 0 to 31
 * </pre>
 *
 * Not thread-safe; its owner writes from one thread at a time.
 */
final class ProgressFile implements AutoCloseable {

    private static final int MAGIC = 0x46445052;
    private static final int VERSION = 1;
    private static final int CHECKED = 32;
    private static final int SLOT = 36;
    private static final int DISTANCE = 512;

    private final Path path;
    private final FileChannel channel;
    private final ByteBuffer slot = ByteBuffer.allocate(SLOT);
    private long sequence;

    private ProgressFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * What was written last.
     *
     * @param position log position below which all is durable
     * @param run of the broker that wrote it
     */
    record Saved(long position, long run) {}

    /** Opens the file, or makes an empty one. */
    static ProgressFile open(Path path) {
        try {
            return new ProgressFile(
                    path,
                    FileChannel.open(
                            path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
        } catch (IOException e) {
            throw new StorageException("can not open a dispatcher's progress " + path + ": " + e, e);
        }
    }

    /**
     * What was written last; null when nothing was.
     *
     * @throws StorageException when the file has content but no whole slot, or is of a later version
     */
    @Nullable
    Saved read() {
        Saved first = readSlot(0);
        long firstSequence = sequence;
        Saved second = readSlot(DISTANCE);
        if (first == null && second == null && size() > 0) {
            throw new StorageException("a dispatcher's progress " + path + " is damaged: neither of its two slots is"
                    + " whole; delete it to let the dispatcher begin anew");
        }
        if (second == null || (first != null && firstSequence > sequence)) {
            sequence = firstSequence;
            return first;
        }
        return second;
    }

    /** Reads one slot and leaves its number in {@link #sequence}; null when it is not whole. */
    private @Nullable Saved readSlot(int at) {
        try {
            slot.clear();
            int read = channel.read(slot, at);
            if (read < SLOT || slot.getInt(0) != MAGIC || slot.getInt(CHECKED) != checksum()) {
                return null;
            }
        } catch (IOException e) {
            throw new StorageException("can not read a dispatcher's progress " + path + ": " + e, e);
        }
        if (slot.getInt(4) != VERSION) {
            throw new StorageException(
                    "a dispatcher's progress " + path + " is of version " + slot.getInt(4) + ", this broker reads 1");
        }
        sequence = slot.getLong(8);
        return new Saved(slot.getLong(16), slot.getLong(24));
    }

    private long size() {
        try {
            return channel.size();
        } catch (IOException e) {
            throw new StorageException("can not read a dispatcher's progress " + path + ": " + e, e);
        }
    }

    /** Writes and forces to disk. */
    void write(Saved progress) {
        long next = sequence + 1;
        slot.clear();
        slot.putInt(MAGIC)
                .putInt(VERSION)
                .putLong(next)
                .putLong(progress.position)
                .putLong(progress.run);
        slot.putInt(checksum()).flip();
        try {
            long at = (next & 1) * DISTANCE;
            while (slot.hasRemaining()) {
                at += channel.write(slot, at);
            }
            channel.force(false);
        } catch (IOException e) {
            throw new StorageException("can not write a dispatcher's progress " + path + ": " + e, e);
        }
        sequence = next;
    }

    private int checksum() {
        CRC32 crc = new CRC32();
        crc.update(slot.array(), 0, CHECKED);
        return (int) crc.getValue();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new StorageException("can not close a dispatcher's progress " + path + ": " + e, e);
        }
    }
}
