package io.firn.broker.queue;

import io.firn.broker.runtime.AtomicFile;
import io.firn.broker.runtime.StorageException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where all queues end, in one file, so that opening does not have to look into each of them. Written at a clean stop,
 * taken away when it is read, and believed only if the log ends where it ended then. Firn's own format, big endian:
 *
 * <pre>
 *   off  size
 *     0     8  magic "FIRNQEND"
 *     8     4  version, 2
 *    12     4  bytes of one consume-queue file
 *    16     8  log position up to which the queues know all records
 *    24     8  log position up to which they are safe on disk
 *    32     n  boot id of the machine (2 bytes length, modified UTF-8): in the same boot what is not safe is there too
 *  32+n     4  number of queues
 *              per queue: topic (2 bytes length, modified UTF-8), queue id (4), offset of the oldest file (8), max
 *              offset (8), end position (8)
 *   end     4  CRC32C of all bytes before
 * </pre>
 */
final class QueueSnapshot {

    static final String FILE_NAME = "firn-queue-ends";

    private static final Logger LOG = LoggerFactory.getLogger(QueueSnapshot.class);
    private static final long MAGIC = 0x4649524E51454E44L;
    private static final int VERSION = 2;
    private static final int LEAST_BYTES = 38;
    private static final Path BOOT_ID = Path.of("/proc/sys/kernel/random/boot_id");

    private QueueSnapshot() {}

    /** One queue's end. */
    record Entry(String topic, int queueId, QueueEnd end) {}

    /**
     * All ends.
     *
     * @param position the log position they are for
     * @param forced the log position up to which the queues' files were forced
     * @param bootId the machine's boot, empty when not known
     */
    record Content(int fileBytes, long position, long forced, String bootId, List<Entry> entries) {

        /** Whether the files can not have lost what the ends say. */
        boolean isSafe() {
            return forced == position || (!bootId.isEmpty() && bootId.equals(QueueSnapshot.bootId()));
        }
    }

    /** Changes whenever the machine starts; empty when it does not say. */
    static String bootId() {
        try {
            return Files.readString(BOOT_ID, StandardCharsets.US_ASCII).strip();
        } catch (IOException e) {
            LOG.debug("this machine has no boot id: {}", e.toString());
            return "";
        }
    }

    static void write(Path root, Content content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(LEAST_BYTES + 64 * content.entries.size());
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeLong(MAGIC);
            out.writeInt(VERSION);
            out.writeInt(content.fileBytes);
            out.writeLong(content.position);
            out.writeLong(content.forced);
            out.writeUTF(content.bootId);
            out.writeInt(content.entries.size());
            for (Entry entry : content.entries) {
                out.writeUTF(entry.topic);
                out.writeInt(entry.queueId);
                out.writeLong(entry.end.firstOffset());
                out.writeLong(entry.end.maxOffset());
                out.writeLong(entry.end.endPosition());
            }
            out.writeInt(crc(bytes.toByteArray(), bytes.size()));
        } catch (IOException e) {
            throw new StorageException("can not encode the ends of the queues: " + e, e);
        }
        AtomicFile.write(root.resolve(FILE_NAME), bytes.toByteArray());
    }

    /** Reads the file and takes it away; null when there is none, or none that can be believed. */
    static @Nullable Content take(Path root) {
        Path file = root.resolve(FILE_NAME);
        try {
            byte[] bytes = Files.readAllBytes(file);
            Files.delete(file);
            return decode(bytes);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IOException e) {
            LOG.warn("{} can not be used, the queues are scanned instead: {}", file, e.toString());
            return null;
        }
    }

    private static Content decode(byte[] bytes) throws IOException {
        int crcAt = bytes.length - Integer.BYTES;
        if (crcAt < LEAST_BYTES || ByteBuffer.wrap(bytes).getInt(crcAt) != crc(bytes, crcAt)) {
            throw new IOException("its checksum is wrong");
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, 0, crcAt))) {
            if (in.readLong() != MAGIC || in.readInt() != VERSION) {
                throw new IOException("it has another magic or version");
            }
            int fileBytes = in.readInt();
            long position = in.readLong();
            long forced = in.readLong();
            String bootId = in.readUTF();
            int count = in.readInt();
            List<Entry> entries = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                String topic = in.readUTF();
                int queueId = in.readInt();
                entries.add(new Entry(topic, queueId, new QueueEnd(in.readLong(), in.readLong(), in.readLong())));
            }
            return new Content(fileBytes, position, forced, bootId, entries);
        }
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
