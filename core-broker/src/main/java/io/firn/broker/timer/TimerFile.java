package io.firn.broker.timer;

import io.firn.broker.runtime.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file of fixed length that is read and written in place: pieces of it are small and far between, and a full disk is an
 * exception here. Takes disk space only where it was written. The one place that turns an {@link IOException} of this
 * room's files into a {@link StorageException}. Any thread.
 */
final class TimerFile implements AutoCloseable {

    private static final int CHUNK_BYTES = 1 << 20;

    private final Path path;
    private final FileChannel channel;
    private final long length;
    /** Whether something may not be on disk: what an earlier process wrote is not, at first. */
    private volatile boolean changed = true;

    private TimerFile(Path path, FileChannel channel, long length) {
        this.path = path;
        this.channel = channel;
        this.length = length;
    }

    /** One step with the file. */
    @FunctionalInterface
    private interface Step {
        void run() throws IOException;
    }

    /**
     * Opens the file, or makes one of zeros.
     *
     * @throws StorageException naming the file when it has another length or can not be opened
     */
    @SuppressWarnings("MustBeClosedChecker") // closed with this
    static TimerFile open(Path path, long length) {
        try {
            Path directory = path.toAbsolutePath().getParent();
            if (directory != null) {
                Files.createDirectories(directory);
            }
            FileChannel channel = FileChannel.open(
                    path, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
            try {
                fit(path, channel, length);
            } catch (IOException | StorageException e) {
                // it is opened again until the disk has room
                channel.close();
                throw e;
            }
            return new TimerFile(path, channel, length);
        } catch (IOException e) {
            throw new StorageException("can not open " + path + ": " + e, e);
        }
    }

    private static void fit(Path path, FileChannel channel, long length) throws IOException {
        if (channel.size() == 0) {
            channel.write(ByteBuffer.allocate(1), length - 1);
        }
        if (channel.size() != length) {
            throw new StorageException(path + " has " + channel.size() + " bytes instead of " + length);
        }
    }

    Path path() {
        return path;
    }

    long length() {
        return length;
    }

    /** Fills the buffer's rest with the bytes from {@code at} on, and flips it. */
    ByteBuffer read(ByteBuffer into, long at) {
        step("read", () -> {
            long next = at;
            while (into.hasRemaining()) {
                int count = channel.read(into, next);
                if (count < 0) {
                    throw new IOException("it ends at " + next);
                }
                next += count;
            }
        });
        return into.flip();
    }

    void write(ByteBuffer from, long at) {
        step("write", () -> {
            long next = at;
            while (from.hasRemaining()) {
                next += channel.write(from, next);
            }
        });
        changed = true;
    }

    /** Makes everything from {@code keep} on zero. A crash on the way leaves a file of the length it has to have. */
    void cut(long keep) {
        ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
        ByteBuffer zeros = ByteBuffer.allocate(CHUNK_BYTES);
        for (long at = keep; at < length; at += CHUNK_BYTES) {
            int count = (int) Math.min(CHUNK_BYTES, length - at);
            ByteBuffer found = read(chunk.clear().limit(count), at);
            if (!found.equals(zeros.clear().limit(count))) {
                write(zeros, at);
            }
        }
    }

    /** Returns when what was written before is on disk, unless the file is closed already. Blocks. */
    void force() {
        if (!changed) {
            return;
        }
        changed = false;
        try {
            step("force", () -> {
                if (channel.isOpen()) {
                    channel.force(false);
                }
            });
        } catch (StorageException e) {
            changed = true;
            throw e;
        }
    }

    @Override
    public void close() {
        step("close", channel::close);
    }

    /** Closes and deletes it. */
    void delete() {
        close();
        step("delete", () -> Files.deleteIfExists(path));
    }

    private void step(String action, Step step) {
        try {
            step.run();
        } catch (IOException e) {
            throw new StorageException("can not " + action + " " + path + ": " + e, e);
        }
    }
}
