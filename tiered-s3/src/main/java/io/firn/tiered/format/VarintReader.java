package io.firn.tiered.format;

import java.nio.charset.StandardCharsets;

/** Reads what {@link VarintWriter} wrote; every number is checked against the end of the bytes and a stated maximum. */
final class VarintReader {
    private final String what;
    private final byte[] bytes;
    private int at;

    VarintReader(String what, byte[] bytes) {
        this.what = what;
        this.bytes = bytes;
    }

    int remaining() {
        return bytes.length - at;
    }

    FormatException broken(String why) {
        return new FormatException(FormatException.Part.SECTION, what + ": " + why + " at byte " + at);
    }

    /** Fails unless all bytes were read. */
    void end() {
        if (at != bytes.length) {
            throw broken(bytes.length - at + " bytes too many");
        }
    }

    int unsignedByte() {
        if (at >= bytes.length) {
            throw broken("ends too early");
        }
        return bytes[at++] & 0xFF;
    }

    long unsigned() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int b = unsignedByte();
            value |= (long) (b & 0x7F) << shift;
            if (b < 0x80) {
                return value;
            }
        }
        throw broken("number of more than 64 bits");
    }

    int unsigned(int max) {
        long value = unsigned();
        if (value < 0 || value > max) {
            throw broken(value + " is more than " + max);
        }
        return (int) value;
    }

    long signed() {
        long zigzag = unsigned();
        return (zigzag >>> 1) ^ -(zigzag & 1);
    }

    int fixedInt() {
        int value = 0;
        for (int i = 0; i < 4; i++) {
            value |= unsignedByte() << 8 * i;
        }
        return value;
    }

    long fixedLong() {
        return (fixedInt() & 0xFFFFFFFFL) | (long) fixedInt() << 32;
    }

    String text() {
        int length = unsigned(remaining());
        if (length > remaining()) {
            throw broken("text of " + length + " bytes");
        }
        String value = new String(bytes, at, length, StandardCharsets.UTF_8);
        at += length;
        return value;
    }
}
