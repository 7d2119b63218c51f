package io.firn.bench;

import java.nio.ByteBuffer;

/** Writes numbers as text in place, without allocating. */
final class Digits {
    /** Width of every opaque the load writes: nine digits, the first never zero. */
    static final int OPAQUE_WIDTH = 9;
    /** Smallest nine-digit opaque; slots and sequence numbers are added to it. */
    static final int OPAQUE_BASE = 100_000_000;

    private Digits() {}

    /** Writes {@code value} right-aligned into {@code width} bytes, zero-padded. */
    static void decimal(ByteBuffer out, int at, int width, long value) {
        long rest = value;
        for (int i = at + width - 1; i >= at; i--) {
            long tenth = rest / 10;
            out.put(i, (byte) ('0' + (rest - tenth * 10)));
            rest = tenth;
        }
    }

    /** Writes the low 32 bits as eight upper-case hexadecimal digits. */
    static void hex8(ByteBuffer out, int at, int value) {
        for (int i = 0; i < 8; i++) {
            int nibble = value >>> (28 - 4 * i) & 0xf;
            out.put(at + i, (byte) (nibble < 10 ? '0' + nibble : 'A' + nibble - 10));
        }
    }

    /** How many bytes {@link #put} takes for a value that is not negative. */
    static int width(long value) {
        int width = 1;
        for (long rest = value / 10; rest > 0; rest /= 10) {
            width++;
        }
        return width;
    }

    /** Appends {@code value}, not negative, without padding. */
    static void put(ByteBuffer out, long value) {
        int width = width(value);
        int at = out.position();
        decimal(out, at, width, value);
        out.position(at + width);
    }
}
