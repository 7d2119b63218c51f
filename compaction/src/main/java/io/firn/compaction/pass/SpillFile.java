package io.firn.compaction.pass;

import static io.firn.compaction.pass.SortedKeys.ENTRY_BYTES;

import io.firn.compaction.disk.Disk;
import io.firn.compaction.disk.InputFile;
import io.firn.compaction.disk.OutputFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Entries of {@link SortedKeys} on their way through a temporary file; never synced, deleted after use. One thread. */
final class SpillFile implements AutoCloseable {

    private final Disk disk;
    private final Path path;
    private final OutputFile file;
    private final ByteBuffer buffer;

    private SpillFile(Disk disk, Path path, ByteBuffer buffer) throws IOException {
        this.disk = disk;
        this.path = path;
        this.buffer = buffer;
        this.file = disk.create(path);
    }

    /** Makes the file; the buffer holds at least one entry. */
    static SpillFile create(Disk disk, Path path, ByteBuffer buffer) throws IOException {
        return new SpillFile(disk, path, buffer);
    }

    void append(long high, long low, long offset) throws IOException {
        if (buffer.remaining() < ENTRY_BYTES) {
            flush();
        }
        buffer.putLong(high).putLong(low).putLong(offset + 1);
    }

    /**
     * Appends a key whose record only counts when the latest one before it is at {@code condition} or before. Takes two entries:
     * the offset + 1 of the first is negative, the second begins with the condition.
     */
    void append(long high, long low, long offset, long condition) throws IOException {
        append(high, low, -offset - 2);
        append(condition, 0, 0);
    }

    /** Appends many at once. */
    void append(SortedKeys keys) throws IOException {
        flush();
        long bytes = keys.count() * ENTRY_BYTES;
        for (long at = 0; at < bytes; at += 1 << 20) {
            MemorySegment chunk = keys.memory().asSlice(at, Math.min(1 << 20, bytes - at));
            file.write(chunk.asByteBuffer());
        }
    }

    private void flush() throws IOException {
        file.write(buffer.flip());
        buffer.clear();
    }

    /** Ends writing and maps what was written. */
    InputFile finish() throws IOException {
        flush();
        file.close();
        return disk.open(path);
    }

    static SortedKeys entries(InputFile file) {
        return new SortedKeys(file.bytes(), file.bytes().byteSize() / ENTRY_BYTES);
    }

    /** Deletes the file; what is mapped stays so. */
    void delete() throws IOException {
        disk.delete(path);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
