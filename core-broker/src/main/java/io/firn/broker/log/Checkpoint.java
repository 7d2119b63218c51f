package io.firn.broker.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.ReentrantLock;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What is known to be safe on disk, in RocketMQ's file {@code checkpoint} of 4096 bytes:
 *
 * <pre>
 *    0  long  time of the newest record forced, ms
 *    8  long  time of the newest record whose queue entry was forced
 *   16  long  time of the newest record whose index entries were forced
 *   24  long  position the master forced (replica)
 *   32  long  position below which the log was forced
 *   40  long  position below which queues and index were forced, a record's boundary
 *   48  int   "FIRN"                        the seal; RocketMQ leaves these bytes alone
 *   52  int   CRC32C of bytes 0 to 51
 *   56        zero
 * </pre>
 *
 * While the seal fits, positions 32 and 40 are promises that recovery holds the disk to; when RocketMQ has changed a
 * field since, they are hints. The sealed part lies in one sector, so it is written whole or not at all.
 *
 * <p>Owners: the log's flusher for the log's fields, whoever forces queues and index for theirs; the housekeeper
 * writes the file.
 */
public final class Checkpoint implements AutoCloseable {

    static final int FILE_BYTES = 4096;

    private static final int SEAL = 0x4649524E;
    private static final int SEAL_AT = 48;
    private static final int CRC_AT = 52;

    private final Path path;
    private final FileChannel channel;
    private final Promise promise;
    /** Guards the file and {@link #written}. */
    private final ReentrantLock writing = new ReentrantLock();

    /** What the file says; null while it has no seal. */
    private @Nullable CheckpointFields written;

    private volatile long physicMsgTimestamp;
    private volatile long logicsMsgTimestamp;
    private volatile long indexMsgTimestamp;
    private volatile long masterFlushedPosition;
    private volatile long flushedPosition;
    private volatile long dispatchedPosition;

    /** How far the file's positions can be trusted. */
    enum Promise {
        /** Written by this broker and not touched since. */
        SEALED,
        /** By another broker, damaged, or new. */
        HINT
    }

    private Checkpoint(Path path, FileChannel channel, CheckpointFields loaded, Promise promise) {
        this.path = path;
        this.channel = channel;
        this.promise = promise;
        this.written = promise == Promise.SEALED ? loaded : null;
        this.physicMsgTimestamp = loaded.physicMsgTimestamp();
        this.logicsMsgTimestamp = loaded.logicsMsgTimestamp();
        this.indexMsgTimestamp = loaded.indexMsgTimestamp();
        this.masterFlushedPosition = loaded.masterFlushedPosition();
        this.flushedPosition = loaded.flushedPosition();
        this.dispatchedPosition = loaded.dispatchedPosition();
    }

    /**
     * Opens {@code root/checkpoint}, new when it is missing. A short or damaged file says nothing, which makes recovery
     * slower and never wrong.
     */
    public static Checkpoint open(Path root) {
        Path path = root.resolve("checkpoint");
        try {
            FileChannel channel = FileChannel.open(
                    path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            ByteBuffer bytes = ByteBuffer.allocate(FILE_BYTES);
            int read = 0;
            while (read >= 0 && bytes.hasRemaining()) {
                read = channel.read(bytes, bytes.position());
            }
            bytes.clear();
            return new Checkpoint(path, channel, decode(bytes), isSealed(bytes) ? Promise.SEALED : Promise.HINT);
        } catch (IOException e) {
            throw StorageErrors.of("open", path, e);
        }
    }

    private static CheckpointFields decode(ByteBuffer bytes) {
        return new CheckpointFields(
                bytes.getLong(0),
                bytes.getLong(8),
                bytes.getLong(16),
                bytes.getLong(24),
                bytes.getLong(32),
                bytes.getLong(40));
    }

    private static boolean isSealed(ByteBuffer bytes) {
        return bytes.getInt(SEAL_AT) == SEAL && bytes.getInt(CRC_AT) == seal(bytes);
    }

    private static int seal(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(0, CRC_AT));
        return (int) crc.getValue();
    }

    /** How far the positions that were found at opening can be trusted. */
    Promise promise() {
        return promise;
    }

    /** The fields as they are now, on disk or not. Any thread. */
    public CheckpointFields fields() {
        return new CheckpointFields(
                physicMsgTimestamp,
                logicsMsgTimestamp,
                indexMsgTimestamp,
                masterFlushedPosition,
                flushedPosition,
                dispatchedPosition);
    }

    /** The log was forced below {@code position}. Flusher only. */
    void flushed(long position, long storeTimestampMs) {
        physicMsgTimestamp = storeTimestampMs;
        flushedPosition = position;
    }

    /** Recovery's verdict, which may take back what the file said. Only while opening. */
    void recovered(long end, long storeTimestampMs, long dispatchFrom) {
        flushed(end, storeTimestampMs);
        dispatchedPosition = dispatchFrom;
    }

    /**
     * Queue files and index hold, on disk, everything below {@code position}. Called by the one thread that forces
     * them.
     *
     * @param position a record's boundary, such as {@link LogReader#nextPosition()}
     * @param storeTimestampMs of the last record below it
     */
    public void dispatched(long position, long storeTimestampMs) {
        logicsMsgTimestamp = storeTimestampMs;
        dispatchedPosition = position;
    }

    /** The key index was forced up to the record of this time. Called by the one thread that forces it. */
    public void indexed(long storeTimestampMs) {
        indexMsgTimestamp = storeTimestampMs;
    }

    /** Writes and forces the file when anything changed since. May block. Any thread; after close it does nothing. */
    public void write() {
        writing.lock();
        try {
            CheckpointFields now = fields();
            if (channel.isOpen() && !now.equals(written)) {
                channel.write(encode(now), 0);
                channel.force(true);
                written = now;
            }
        } catch (IOException e) {
            throw StorageErrors.of("write", path, e);
        } finally {
            writing.unlock();
        }
    }

    private static ByteBuffer encode(CheckpointFields fields) {
        ByteBuffer bytes = ByteBuffer.allocate(FILE_BYTES);
        bytes.putLong(fields.physicMsgTimestamp())
                .putLong(fields.logicsMsgTimestamp())
                .putLong(fields.indexMsgTimestamp())
                .putLong(fields.masterFlushedPosition())
                .putLong(fields.flushedPosition())
                .putLong(fields.dispatchedPosition())
                .putInt(SEAL);
        bytes.putInt(seal(bytes));
        return bytes.clear();
    }

    /** Closes the file; what was not written is lost. */
    @Override
    public void close() {
        writing.lock();
        try {
            channel.close();
        } catch (IOException e) {
            throw StorageErrors.of("close", path, e);
        } finally {
            writing.unlock();
        }
    }
}
