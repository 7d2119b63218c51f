package io.firn.tiered.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** A growing array of little endian numbers and LEB128 varints; owned by one thread. */
final class VarintWriter {
    private byte[] bytes = new byte[256];
    private int length;

    int length() {
        return length;
    }

    void clear() {
        length = 0;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    void unsigned(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[length++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
    }

    /** Zigzag: small magnitudes are short whatever their sign. */
    void signed(long value) {
        unsigned((value << 1) ^ (value >> 63));
    }

    void fixedInt(int value) {
        room(4);
        for (int i = 0; i < 4; i++) {
            bytes[length++] = (byte) (value >>> 8 * i);
        }
    }

    void fixedLong(long value) {
        fixedInt((int) value);
        fixedInt((int) (value >>> 32));
    }

    void raw(byte[] source) {
        room(source.length);
        System.arraycopy(source, 0, bytes, length, source.length);
        length += source.length;
    }

    /** Length and UTF-8 bytes. */
    void text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        unsigned(utf8.length);
        raw(utf8);
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}
