package io.firn.compaction.segment;

import io.firn.compaction.disk.Disk;
import io.firn.compaction.disk.InputFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/**
 * A finished file. All files of this plugin have this frame (big endian):
 *
 * <pre>
 *   off  size
 *     0     8  magic, eight ASCII letters, see FileKind
 *     8     4  format version
 *    12     4  0
 *    16     8  queue offset of the first record of its segment, or 0
 *    24     8  generation
 *    32     n  content, see the owner of the kind
 *  32+n     8  n
 *  40+n     4  CRC32C of header and content
 *  44+n     4  CRC32C of the 12 bytes before
 * </pre>
 *
 * Opening checks header, size and footer; {@link #verify()} reads the content. Any thread reads; the owner closes.
 */
public final class SealedFile implements AutoCloseable {

    static final int HEADER_BYTES = 32;
    static final int FOOTER_BYTES = 16;
    private static final int CRC_CHUNK = 1 << 20;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final Path path;
    private final InputFile file;
    private final MemorySegment content;

    private SealedFile(Path path, InputFile file) {
        this.path = path;
        this.file = file;
        long bytes = Math.max(0, file.bytes().byteSize() - HEADER_BYTES - FOOTER_BYTES);
        this.content =
                bytes == 0 ? MemorySegment.ofArray(new byte[0]) : file.bytes().asSlice(HEADER_BYTES, bytes);
    }

    /** Opens a finished file and checks its frame. */
    public static SealedFile open(Disk disk, Path path, FileKind kind) throws IOException {
        SealedFile sealed = new SealedFile(path, disk.open(path));
        try {
            sealed.checkFrame(kind);
            return sealed;
        } catch (IOException e) {
            sealed.close();
            throw e;
        }
    }

    /** Opens a finished file and checks that it is the one a manifest lists. */
    public static SealedFile open(Disk disk, Path path, FileKind kind, FileMark mark) throws IOException {
        SealedFile sealed = open(disk, path, kind);
        if (sealed.mark().equals(mark)) {
            return sealed;
        }
        FileMark found = sealed.mark();
        sealed.close();
        throw new CorruptFileException(path, 0, "is another file than its manifest lists: " + found + ", not " + mark);
    }

    private void checkFrame(FileKind kind) throws IOException {
        MemorySegment bytes = file.bytes();
        if (bytes.byteSize() < HEADER_BYTES + FOOTER_BYTES) {
            throw new CorruptFileException(path, bytes.byteSize(), "is too short for its header and footer");
        }
        if (bytes.get(LONG, 0) != kind.magic()) {
            throw new CorruptFileException(path, 0, "does not start with the magic of a " + kind + " file");
        }
        int version = bytes.get(INT, 8);
        if (version > kind.version()) {
            throw new NewerFormatException(path, version, kind.version());
        }
        long footer = bytes.byteSize() - FOOTER_BYTES;
        CRC32C crc = new CRC32C();
        crc.update(bytes.asSlice(footer, 12).asByteBuffer());
        if ((int) crc.getValue() != bytes.get(INT, footer + 12)) {
            throw new CorruptFileException(path, footer, "the footer fails its checksum");
        }
        if (bytes.get(LONG, footer) != content.byteSize()) {
            throw new CorruptFileException(path, footer, "the size is not the one in the footer");
        }
    }

    /** Reads everything and compares it with the checksum in the footer. */
    public void verify() throws CorruptFileException {
        long end = HEADER_BYTES + content.byteSize();
        CRC32C crc = new CRC32C();
        for (long at = 0; at < end; at += CRC_CHUNK) {
            ByteBuffer chunk =
                    file.bytes().asSlice(at, Math.min(CRC_CHUNK, end - at)).asByteBuffer();
            crc.update(chunk);
        }
        if ((int) crc.getValue() != mark().crc()) {
            throw new CorruptFileException(path, end, "header and content fail their checksum");
        }
    }

    /** Size and checksum of this file. */
    public FileMark mark() {
        MemorySegment bytes = file.bytes();
        return new FileMark(bytes.byteSize(), bytes.get(INT, bytes.byteSize() - FOOTER_BYTES + 8));
    }

    /** The generation in the header. */
    public long generation() {
        return file.bytes().get(LONG, 24);
    }

    /** The bytes between header and footer. */
    public MemorySegment content() {
        return content;
    }

    /** Where the file is. */
    public Path path() {
        return path;
    }

    @Override
    public void close() {
        file.close();
    }
}
