package io.firn.compaction.segment;

import io.firn.compaction.disk.Disk;
import io.firn.compaction.disk.OutputFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
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
        return begin(disk.create(path), kind, name, buffer);
    }

    private static SealedWriter begin(OutputFile file, FileKind kind, SegmentName name, ByteBuffer buffer) {
        SealedWriter writer = new SealedWriter(file, buffer.clear());
        buffer.putLong(kind.magic()).putInt(kind.version()).putInt(0);
        buffer.putLong(name.base()).putLong(name.generation());
        return writer;
    }

    /** The bytes of a small finished file, for where there is no disk. */
    public static byte[] inMemory(FileKind kind, SegmentName name, byte[] content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(content.length + 64);
        try (SealedWriter writer = begin(new InMemory(bytes), kind, name, ByteBuffer.allocate(64))) {
            writer.write(MemorySegment.ofArray(content), 0, content.length);
            var mark = writer.seal();
            assert mark.bytes() == bytes.size();
        } catch (IOException e) {
            throw new UncheckedIOException("an array took no bytes", e);
        }
        return bytes.toByteArray();
    }

    private record InMemory(ByteArrayOutputStream bytes) implements OutputFile {
        @Override
        public void write(ByteBuffer source) {
            byte[] copy = new byte[source.remaining()];
            source.get(copy);
            bytes.writeBytes(copy);
        }

        @Override
        public void sync() {
            // nothing lasts
        }

        @Override
        public void close() {
            // nothing is held open
        }
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
