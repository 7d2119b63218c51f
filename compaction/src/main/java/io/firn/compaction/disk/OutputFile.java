package io.firn.compaction.disk;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A file being written from its start to its end, by one thread. */
public interface OutputFile extends Closeable {

    /** Appends all remaining bytes of the buffer and moves its position to its limit. */
    void write(ByteBuffer bytes) throws IOException;

    /** Makes what was written durable; the file's name needs {@link Disk#syncDirectory}. */
    void sync() throws IOException;
}
