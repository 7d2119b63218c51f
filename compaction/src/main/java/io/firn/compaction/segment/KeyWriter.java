package io.firn.compaction.segment;

import io.firn.compaction.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Writes a {@link KeyFile}; entries come in the order of their hashes. One thread. */
public final class KeyWriter implements AutoCloseable {

    private final SealedWriter file;

    private KeyWriter(SealedWriter file) {
        this.file = file;
    }

    /** Makes the file of a segment. */
    public static KeyWriter create(Disk disk, Path directory, SegmentName name, ByteBuffer buffer) throws IOException {
        return new KeyWriter(SealedWriter.create(disk, directory.resolve(name.keys()), FileKind.KEYS, name, buffer));
    }

    /** Appends an entry. */
    public void append(long high, long low, int ordinal) throws IOException {
        file.room(KeyFile.RECORD_BYTES).putLong(high).putLong(low).putInt(ordinal);
    }

    /** Ends the file. */
    public FileMark finish() throws IOException {
        return file.seal();
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
