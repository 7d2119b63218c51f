package io.firn.tiered.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The first 64 bytes of an object, for whoever finds one without its log:
 *
 * <pre>
 *   0   4  "RPK1"
 *   4   2  version 1
 *   6   2  flags, 0
 *   8  16  uuid of the object (high half, low half)
 *  24   8  slice base, position in the commit log
 *  32   8  slice end
 *  40  16  retention class, ASCII, padded with 0
 *  56   4  0
 *  60   4  CRC-32C of bytes 0..59
 * </pre>
 */
record RpkHeader(UUID uuid, long base, long end, String retentionClass) {
    private static final int MAGIC = 0x314B5052;

    ByteBuffer encode() {
        ByteBuffer out = ByteBuffer.allocate(RpkLayout.HEADER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(MAGIC).putShort((short) RpkLayout.VERSION).putShort((short) 0);
        out.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
        out.putLong(base).putLong(end);
        out.put(retentionClass.getBytes(StandardCharsets.US_ASCII));
        out.putInt(60, crc(out, 60));
        return out.position(0);
    }

    static RpkHeader decode(ByteBuffer bytes) {
        ByteBuffer in = bytes.slice().order(ByteOrder.LITTLE_ENDIAN);
        if (in.remaining() != RpkLayout.HEADER_BYTES || in.getInt(0) != MAGIC) {
            throw new FormatException(
                    FormatException.Part.HEADER, "no RPK1 object: " + in.remaining() + " bytes, other magic");
        }
        if (in.getInt(60) != crc(in, 60)) {
            throw new FormatException(FormatException.Part.HEADER, "CRC-32C does not match");
        }
        if (in.getShort(4) != RpkLayout.VERSION) {
            throw new FormatException(
                    FormatException.Part.HEADER,
                    "version " + in.getShort(4) + "; this Firn reads " + RpkLayout.VERSION);
        }
        byte[] name = new byte[16];
        in.get(40, name);
        return new RpkHeader(
                new UUID(in.getLong(8), in.getLong(16)),
                in.getLong(24),
                in.getLong(32),
                new String(name, StandardCharsets.US_ASCII).replace("\0", ""));
    }

    static int crc(ByteBuffer bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(0, length));
        return (int) crc.getValue();
    }
}
