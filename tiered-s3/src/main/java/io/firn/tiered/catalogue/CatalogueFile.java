package io.firn.tiered.catalogue;

import io.firn.tiered.commit.Catalogue;
import io.firn.tiered.commit.CorruptArchive;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The local copy of catalogue and queues: written whole, forced, renamed. Saves reading the bucket at start, and serves
 * while the bucket is away; anything wrong with it is as if it were not there. Archiver's thread.
 *
 * <pre>
 *  0 "FLCC" | 4 version 1 (2) | 6 length 4, catalogue as a checkpoint | queues, see QueueMap | CRC-32C of all before 4
 * </pre>
 */
public final class CatalogueFile {
    private static final Logger LOG = LoggerFactory.getLogger(CatalogueFile.class);
    private static final int MAGIC = 0x464C4343;
    private static final int CRC_BYTES = 4;

    private final Path file;
    private final long queueBytes;

    /**
     * The copy in this directory.
     *
     * @param queueBytes budget of the queues that are read
     */
    public CatalogueFile(Path directory, long queueBytes) {
        this.file = directory.resolve("catalogue.copy");
        this.queueBytes = queueBytes;
    }

    /** What a copy holds. */
    public record Copy(Catalogue catalogue, QueueMap queues) {}

    /** What the copy says; nothing when there is none that can be read. */
    public Archive known() {
        Copy copy = load();
        return copy == null
                ? new Archive(new QueueMap(queueBytes), Catalogue.EMPTY)
                : new Archive(copy.queues, copy.catalogue);
    }

    /** The copy; null when there is none that can be read. */
    public @Nullable Copy load() {
        try {
            byte[] bytes = Files.readAllBytes(file);
            if (bytes.length < CRC_BYTES || ByteBuffer.wrap(bytes).getInt(bytes.length - CRC_BYTES) != crc(bytes)) {
                throw new IOException("its CRC-32C does not match");
            }
            return decode(new DataInputStream(new ByteArrayInputStream(bytes, 0, bytes.length - CRC_BYTES)));
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException | CorruptArchive | IllegalArgumentException e) {
            LOG.warn(
                    "the local copy of the catalogue, {}, is not used, the bucket is read instead: {}",
                    file,
                    e.toString());
            return null;
        }
    }

    private Copy decode(DataInputStream in) throws IOException {
        if (in.readInt() != MAGIC || in.readShort() != 1) {
            throw new IOException("other magic or version");
        }
        Catalogue catalogue = Catalogue.decode(file.toString(), in.readNBytes(in.readInt()));
        return new Copy(catalogue, QueueMap.read(in, queueBytes));
    }

    /**
     * Replaces the copy.
     *
     * @throws UncheckedIOException the disk refuses
     */
    public void save(Copy copy) {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try {
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeInt(MAGIC);
            out.writeShort(1);
            byte[] catalogue = copy.catalogue.encode();
            out.writeInt(catalogue.length);
            out.write(catalogue);
            copy.queues.write(out);
            out.writeInt(0);
            byte[] all = bytes.toByteArray();
            ByteBuffer.wrap(all).putInt(all.length - CRC_BYTES, crc(all));
            write(fresh, all);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("the local copy of the catalogue, " + file + ", can not be written", e);
        }
    }

    private static void write(Path to, byte[] bytes) throws IOException {
        try (FileChannel channel = FileChannel.open(
                to, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
        }
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length - CRC_BYTES);
        return (int) crc.getValue();
    }
}
