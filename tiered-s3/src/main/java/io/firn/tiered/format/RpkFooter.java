package io.firn.tiered.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.UUID;

/**
 * The last 272 bytes of an object: where everything is.
 *
 * <pre>
 *    0   4  "RPKF"
 *    4   2  version 1
 *    6   2  number of sections, 11
 *    8  16  uuid, as in the header
 *   24   8  slice base
 *   32   8  slice end
 *   40   8  bytes of messages before packing
 *   48   8  length of the object
 *   56   8  smallest store time, ms
 *   64   8  largest store time, ms
 *   72   4  messages
 *   76   4  frames
 *   80   4  queues
 *   84   4  flags: 1 = some queues of the slice are in no object, it cannot be rebuilt
 *   88 176  per section: u64 offset, u32 length, u32 CRC-32C (0 for ROWS and KEYS, whose blocks have their own)
 *  264   4  CRC-32C of bytes 0..263
 *  268   4  "FKPR"
 * </pre>
 */
record RpkFooter(
        UUID uuid,
        long base,
        long end,
        long rawBytes,
        long objectBytes,
        Span times,
        Counts counts,
        List<Extent> sections) {
    private static final int MAGIC = 0x464B5052;
    private static final int END_MAGIC = 0x52504B46;
    private static final int CRC_AT = 264;

    /** Smallest and largest store time, ms. */
    record Span(long minMs, long maxMs) {}

    /** How many of each. */
    record Counts(int messages, int frames, int queues, int flags) {}

    /** Where a section is. */
    record Extent(long offset, int length, int crc) {
        long endOffset() {
            return offset + length;
        }
    }

    RpkFooter {
        sections = List.copyOf(sections);
    }

    Extent extent(RpkLayout.Section section) {
        return sections.get(section.ordinal());
    }

    ByteBuffer encode() {
        ByteBuffer out = ByteBuffer.allocate(RpkLayout.FOOTER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        out.putInt(MAGIC).putShort((short) RpkLayout.VERSION).putShort((short) sections.size());
        out.putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
        out.putLong(base).putLong(end).putLong(rawBytes).putLong(objectBytes);
        out.putLong(times.minMs).putLong(times.maxMs);
        out.putInt(counts.messages).putInt(counts.frames).putInt(counts.queues).putInt(counts.flags);
        sections.forEach(s -> out.putLong(s.offset).putInt(s.length).putInt(s.crc));
        out.putInt(RpkHeader.crc(out, CRC_AT)).putInt(END_MAGIC);
        return out.flip();
    }

    /** Reads the footer at the end of {@code suffix}. */
    static RpkFooter decode(ObjectBytes.Suffix suffix) {
        int have = suffix.bytes().remaining();
        if (have < RpkLayout.FOOTER_BYTES) {
            throw broken("the object has " + have + " bytes, a footer alone has " + RpkLayout.FOOTER_BYTES);
        }
        ByteBuffer in = suffix.bytes()
                .slice(suffix.bytes().limit() - RpkLayout.FOOTER_BYTES, RpkLayout.FOOTER_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        if (in.getInt(0) != MAGIC || in.getInt(RpkLayout.FOOTER_BYTES - 4) != END_MAGIC) {
            throw broken("no RPKF magic: the object is cut short or is no .rpk");
        }
        if (in.getInt(CRC_AT) != RpkHeader.crc(in, CRC_AT)) {
            throw broken("CRC-32C does not match");
        }
        if (in.getShort(4) != RpkLayout.VERSION || in.getShort(6) != RpkLayout.Section.values().length) {
            throw broken("version " + in.getShort(4) + "; this Firn reads " + RpkLayout.VERSION);
        }
        RpkFooter footer = fields(in);
        footer.checkExtents(suffix.objectBytes());
        return footer;
    }

    private static RpkFooter fields(ByteBuffer in) {
        Extent[] extents = new Extent[RpkLayout.Section.values().length];
        for (int i = 0; i < extents.length; i++) {
            int at = 88 + 16 * i;
            extents[i] = new Extent(in.getLong(at), in.getInt(at + 8), in.getInt(at + 12));
        }
        return new RpkFooter(
                new UUID(in.getLong(8), in.getLong(16)),
                in.getLong(24),
                in.getLong(32),
                in.getLong(40),
                in.getLong(48),
                new Span(in.getLong(56), in.getLong(64)),
                new Counts(in.getInt(72), in.getInt(76), in.getInt(80), in.getInt(84)),
                List.of(extents));
    }

    private void checkExtents(long length) {
        long at = sections.getFirst().offset;
        if (objectBytes != length || at < RpkLayout.HEADER_BYTES || counts.messages < 0 || counts.frames < 0) {
            throw broken("written for " + objectBytes + " bytes, the object has " + length);
        }
        for (Extent extent : sections) {
            if (extent.offset != at || extent.length < 0) {
                throw broken("section at " + extent.offset + " should begin at " + at);
            }
            at = extent.endOffset();
        }
        if (at + RpkLayout.FOOTER_BYTES != length) {
            throw broken("sections end at " + at + " of " + length);
        }
    }

    private static FormatException broken(String why) {
        return new FormatException(FormatException.Part.FOOTER, why);
    }
}
