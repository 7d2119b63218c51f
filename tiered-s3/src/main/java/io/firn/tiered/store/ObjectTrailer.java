package io.firn.tiered.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code file:} object says of itself, behind its bytes in the same file, so that both appear in one step.
 *
 * <pre>
 * offset      bytes  field (little endian)
 * 0           n      the object
 * n           m      attributes: UTF-8 lines "name=value\n", sorted: write=, class=, meta.NAME=
 * n+m         4      crc32c of the object
 * n+m+4       8      n
 * n+m+12      4      m
 * n+m+16      4      crc32c of all trailer bytes before this field, from offset n
 * n+m+20      4      magic "FOB1"
 * </pre>
 */
record ObjectTrailer(
        long objectBytes,
        int crc32c,
        WriteId writeId,
        @Nullable String storageClass,
        Map<String, String> metadata) {
    private static final int FIXED_BYTES = 24;
    private static final int MAGIC = 0x31424f46;
    private static final int MAX_ATTRIBUTE_BYTES = 1 << 20;

    ObjectTrailer {
        metadata = Map.copyOf(metadata);
    }

    static ObjectTrailer of(PutOptions options, long objectBytes, int crc32c) {
        return new ObjectTrailer(objectBytes, crc32c, options.writeId(), options.storageClass(), options.metadata());
    }

    /** Differs for every write, also of the same bytes. */
    String etag() {
        return writeId.value() + "-" + Integer.toHexString(crc32c) + "-" + objectBytes;
    }

    ByteBuffer encode() {
        byte[] attributes = attributes().getBytes(StandardCharsets.UTF_8);
        ByteBuffer trailer =
                ByteBuffer.allocate(attributes.length + FIXED_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        trailer.put(attributes).putInt(crc32c).putLong(objectBytes).putInt(attributes.length);
        trailer.putInt(Checksums.of(trailer.duplicate().flip())).putInt(MAGIC);
        return trailer.flip();
    }

    /** Reads the trailer of an object's file; damage is {@link StoreException.Corrupt}. */
    static ObjectTrailer read(Path file, FileChannel channel) throws IOException {
        long size = channel.size();
        if (size < FIXED_BYTES) {
            throw damaged(file, "it has " + size + " bytes");
        }
        ByteBuffer fixed = read(channel, size - FIXED_BYTES, FIXED_BYTES);
        long objectBytes = fixed.getLong(4);
        int attributeBytes = fixed.getInt(12);
        if (fixed.getInt(20) != MAGIC) {
            throw damaged(file, "it does not end with the magic FOB1");
        }
        if (attributeBytes < 0
                || attributeBytes > MAX_ATTRIBUTE_BYTES
                || objectBytes != size - FIXED_BYTES - attributeBytes) {
            throw damaged(file, objectBytes + " + " + attributeBytes + " bytes do not make " + size);
        }
        ByteBuffer whole = read(channel, objectBytes, attributeBytes + FIXED_BYTES);
        if (Checksums.of(whole.slice(0, attributeBytes + 16)) != fixed.getInt(16)) {
            throw damaged(file, "the trailer's checksum is wrong");
        }
        String lines =
                StandardCharsets.UTF_8.decode(whole.slice(0, attributeBytes)).toString();
        return parsed(file, lines, objectBytes, fixed.getInt(0));
    }

    private String attributes() {
        StringBuilder lines = new StringBuilder();
        lines.append("write=").append(writeId.value()).append('\n');
        if (storageClass != null) {
            lines.append("class=").append(storageClass).append('\n');
        }
        new TreeMap<>(metadata)
                .forEach((name, value) -> lines.append("meta.")
                        .append(name)
                        .append('=')
                        .append(value)
                        .append('\n'));
        return lines.toString();
    }

    private static ObjectTrailer parsed(Path file, String lines, long objectBytes, int crc32c) {
        Map<String, String> values = new TreeMap<>();
        Map<String, String> metadata = new TreeMap<>();
        lines.lines().forEach(line -> {
            int equals = line.indexOf('=');
            String name = line.substring(0, Math.max(0, equals));
            String value = line.substring(equals + 1);
            if (name.startsWith("meta.")) {
                metadata.put(name.substring("meta.".length()), value);
            } else {
                values.put(name, value);
            }
        });
        String writeId = values.get("write");
        if (writeId == null) {
            throw damaged(file, "it names no write");
        }
        return new ObjectTrailer(objectBytes, crc32c, new WriteId(writeId), values.get("class"), metadata);
    }

    private static ByteBuffer read(FileChannel channel, long position, int length) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        while (bytes.hasRemaining()) {
            if (channel.read(bytes, position + bytes.position()) < 0) {
                throw new IOException("file became shorter while it was read");
            }
        }
        return bytes.flip();
    }

    private static StoreException.Corrupt damaged(Path file, String how) {
        return new StoreException.Corrupt(file + " is no whole object: " + how, null);
    }
}
