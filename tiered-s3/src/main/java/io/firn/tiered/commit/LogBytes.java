package io.firn.tiered.commit;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * Bytes of log records, checkpoints and boundaries (big endian; text is a 2-byte length and modified UTF-8):
 *
 * <pre>
 *   0   4  magic: "FLOG" record, "FCKP" checkpoint, "FBND" boundary
 *   4   2  version 1
 *   6   .  record: seq 8, epoch 8, type 1, instance 16, base 8, end 8, previous hash 16,
 *            objects 4 x (key, uuid 16, length 8, crc 4, maxMs 8, class), gone 4 x uuid 16
 *          checkpoint: seq 8, epoch 8, hash of record seq 16, archived up to 8, slices 4 x (base 8,
 *            end 8, objects as above)
 *          boundary: number 8, lowest sequence that still counts 8
 *   .   4  CRC-32C of all before
 * </pre>
 */
final class LogBytes {
    static final int RECORD = 0x464C4F47;
    static final int CHECKPOINT = 0x46434B50;
    static final int BOUNDARY = 0x46424E44;
    private static final int MAX_LIST = 1 << 24;

    private LogBytes() {}

    /** Writes the fields between head and CRC. */
    @FunctionalInterface
    interface Writer {
        void write(DataOutputStream out) throws IOException;
    }

    /** Reads the fields between head and CRC. */
    @FunctionalInterface
    interface Reader<T> {
        T read(DataInputStream in) throws IOException;
    }

    static byte[] write(int magic, Writer fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeInt(magic);
            out.writeShort(1);
            fields.write(out);
            out.writeInt(crc(bytes.toByteArray(), bytes.size()));
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not fail", e);
        }
        return bytes.toByteArray();
    }

    static <T> T read(String key, int magic, byte[] bytes, Reader<T> fields) {
        if (bytes.length < 10
                || crc(bytes, bytes.length - 4) != ByteBuffer.wrap(bytes).getInt(bytes.length - 4)) {
            throw new CorruptArchive(key + ": " + bytes.length + " bytes whose CRC-32C does not match");
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes, 0, bytes.length - 4))) {
            if (in.readInt() != magic || in.readShort() != 1) {
                throw new CorruptArchive(key + ": other magic or version; written by a newer Firn, or no archive");
            }
            T value = fields.read(in);
            if (in.available() != 0) {
                throw new CorruptArchive(key + ": " + in.available() + " bytes too many");
            }
            return value;
        } catch (IOException e) {
            throw new CorruptArchive(key + ": ends too early");
        }
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    static byte[] encode(LogRecord record) {
        return write(RECORD, out -> {
            out.writeLong(record.seq());
            out.writeLong(record.epoch());
            out.writeByte(record.type().ordinal());
            uuid(out, record.instance());
            out.writeLong(record.base());
            out.writeLong(record.end());
            hash(out, record.previous());
            objects(out, record.objects());
            out.writeInt(record.gone().size());
            for (UUID gone : record.gone()) {
                uuid(out, gone);
            }
        });
    }

    static LogRecord record(String key, byte[] bytes) {
        return read(key, RECORD, bytes, in -> {
            long seq = in.readLong();
            long epoch = in.readLong();
            int type = in.readUnsignedByte();
            if (type >= LogRecord.Type.values().length) {
                throw new CorruptArchive(key + ": record type " + type);
            }
            UUID instance = uuid(in);
            long base = in.readLong();
            long end = in.readLong();
            RecordHash previous = hash(in);
            List<ObjectRef> objects = objects(in);
            List<UUID> gone = new ArrayList<>();
            for (int n = count(in); n > 0; n--) {
                gone.add(uuid(in));
            }
            return new LogRecord(
                    seq, epoch, LogRecord.Type.values()[type], instance, base, end, objects, gone, previous);
        });
    }

    static int count(DataInputStream in) throws IOException {
        int n = in.readInt();
        if (n < 0 || n > MAX_LIST || n > in.available()) {
            throw new IOException("list of " + n);
        }
        return n;
    }

    static void hash(DataOutputStream out, RecordHash hash) throws IOException {
        out.writeLong(hash.high());
        out.writeLong(hash.low());
    }

    static RecordHash hash(DataInputStream in) throws IOException {
        return new RecordHash(in.readLong(), in.readLong());
    }

    private static void uuid(DataOutputStream out, UUID uuid) throws IOException {
        out.writeLong(uuid.getMostSignificantBits());
        out.writeLong(uuid.getLeastSignificantBits());
    }

    private static UUID uuid(DataInputStream in) throws IOException {
        return new UUID(in.readLong(), in.readLong());
    }

    static void objects(DataOutputStream out, List<ObjectRef> objects) throws IOException {
        out.writeInt(objects.size());
        for (ObjectRef object : objects) {
            out.writeUTF(object.key());
            uuid(out, object.uuid());
            out.writeLong(object.lengthBytes());
            out.writeInt(object.crc32c());
            out.writeLong(object.maxMs());
            out.writeUTF(object.retentionClass());
        }
    }

    static List<ObjectRef> objects(DataInputStream in) throws IOException {
        List<ObjectRef> objects = new ArrayList<>();
        for (int n = count(in); n > 0; n--) {
            objects.add(
                    new ObjectRef(in.readUTF(), uuid(in), in.readLong(), in.readInt(), in.readLong(), in.readUTF()));
        }
        return objects;
    }
}
