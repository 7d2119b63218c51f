package io.firn.tiered.format;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import java.nio.ByteBuffer;

/** Fetches, checks and unpacks whole sections; from the suffix already read when they lie in it. */
final class SectionSource {
    private final ObjectBytes source;
    private final RpkFooter footer;
    private final ObjectBytes.Suffix suffix;

    SectionSource(ObjectBytes source, RpkFooter footer, ObjectBytes.Suffix suffix) {
        this.source = source;
        this.footer = footer;
        this.suffix = suffix;
    }

    VarintReader reader(RpkLayout.Section section) {
        return new VarintReader(section.toString(), content(section));
    }

    byte[] content(RpkLayout.Section section) {
        RpkFooter.Extent extent = footer.extent(section);
        byte[] stored = bytes(fetch(extent));
        if (KeyTable.crc(stored) != extent.crc()) {
            throw new FormatException(
                    FormatException.Part.SECTION, section + " at " + extent.offset() + ": CRC-32C does not match");
        }
        VarintReader in = new VarintReader(section.toString(), stored);
        int codec = in.unsignedByte();
        int length = in.unsigned(RpkLayout.MAX_SECTION_BYTES);
        byte[] rest = new byte[in.remaining()];
        System.arraycopy(stored, stored.length - rest.length, rest, 0, rest.length);
        if (codec == RpkLayout.CODEC_RAW && length == rest.length) {
            return rest;
        }
        if (codec != RpkLayout.CODEC_ZSTD) {
            throw in.broken("codec " + codec + " and length " + length + " do not fit");
        }
        return unpack(in, rest, length);
    }

    private static byte[] unpack(VarintReader in, byte[] packed, int length) {
        if (Zstd.getFrameContentSize(packed) != length) {
            throw in.broken("packed bytes are not of " + length);
        }
        try {
            return Zstd.decompress(packed, length);
        } catch (ZstdException e) {
            throw new FormatException(FormatException.Part.SECTION, "a section does not unpack", e);
        }
    }

    private ByteBuffer fetch(RpkFooter.Extent extent) {
        long from = suffix.objectBytes() - suffix.bytes().remaining();
        if (suffix.bytes().hasRemaining() && extent.offset() >= from) {
            int at = suffix.bytes().position() + (int) (extent.offset() - from);
            return suffix.bytes().slice(at, extent.length());
        }
        return source.read(extent.offset(), extent.length());
    }

    static byte[] bytes(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(buffer.position(), bytes);
        return bytes;
    }
}
