package io.firn.compaction.segment;

import io.firn.compaction.disk.Disk;
import io.firn.compaction.disk.OutputFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * Writes a {@link SealedFile} from its start to its end through a buffer the caller lends. One thread. A writer that is
 * closed before it is sealed leaves a file without a footer, which nothing will open.
 */
public final class SealedWriter implements AutoCloseable {

    private final OutputFile file;
    private final ByteBuffer buffer;
    private final CRC32C crc = new CRC32C();
    private long written;

    private SealedWriter(OutputFile file, ByteBuffer buffer) {
        this.file = file;
        this.buffer = buffer;
    }

    /** Makes the file. The buffer is this writer's until it is closed; at least 64 bytes. */
    public static SealedWriter create(Disk disk, Path path, FileKind kind, SegmentName name, ByteBuffer buffer)
            throws IOException {
        SealedWriter writer = new SealedWriter(disk.create(path), buffer.clear());
        buffer.putLong(kind.magic()).putInt(kind.version()).putInt(0);
        buffer.putLong(name.base()).putLong(name.generation());
        return writer;
    }

    /** The buffer, with room for this many more bytes of content; not more than it holds. */
    public ByteBuffer room(int bytes) throws IOException {
        if (buffer.remaining() < bytes) {
            flush();
        }
        return buffer;
    }

    /** Appends bytes; short runs are gathered in the buffer, long ones go out directly. */
    public void write(MemorySegment source, long at, long length) throws IOException {
        if (length > buffer.remaining()) {
            flush();
        }
        if (length >= buffer.capacity()) {
            writeDirectly(source, at, length);
            return;
        }
        MemorySegment.copy(source, at, MemorySegment.ofBuffer(buffer), 0, length);
        buffer.position(buffer.position() + (int) length);
    }

    private void writeDirectly(MemorySegment source, long at, long length) throws IOException {
        for (long done = 0; done < length; ) {
            long part = Math.min(length - done, Integer.MAX_VALUE);
            ByteBuffer bytes = source.asSlice(at + done, part).asByteBuffer();
            crc.update(bytes.duplicate());
            file.write(bytes);
            done += part;
            written += part;
        }
    }

    private void flush() throws IOException {
        buffer.flip();
        written += buffer.remaining();
        crc.update(buffer.duplicate());
        file.write(buffer);
        buffer.clear();
    }

    /** Bytes of content so far. */
    public long contentBytes() {
        return written + buffer.position() - SealedFile.HEADER_BYTES;
    }

    /** Ends the file with its footer and makes its bytes durable; its name needs a directory sync. */
    public FileMark seal() throws IOException {
        flush();
        int contentCrc = (int) crc.getValue();
        buffer.putLong(written - SealedFile.HEADER_BYTES).putInt(contentCrc);
        CRC32C footer = new CRC32C();
        footer.update(buffer.duplicate().flip());
        buffer.putInt((int) footer.getValue());
        flush();
        file.sync();
        return new FileMark(written, contentCrc);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }
}
