package io.firn.tiered.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.List;
import java.util.zip.CRC32C;

/** CRC-32C (RFC 3720, appendix B.4) of payloads, of joined pieces, and as S3 writes it: big endian in Base64. */
final class Checksums {
    private static final int CHUNK_BYTES = 64 << 10;
    /** The generator polynomial, bits reversed. */
    private static final int POLYNOMIAL = 0x82f63b78;

    private Checksums() {}

    static int of(Payload body) {
        CRC32C crc = new CRC32C();
        byte[] chunk = new byte[Math.clamp(body.lengthBytes(), 1, CHUNK_BYTES)];
        long seen = 0;
        try (InputStream in = body.open()) {
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                crc.update(chunk, 0, n);
                seen += n;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the bytes to store could not be read", e);
        }
        if (seen != body.lengthBytes()) {
            throw new IllegalArgumentException("payload says " + body.lengthBytes() + " bytes and yields " + seen);
        }
        return (int) crc.getValue();
    }

    static int of(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate());
        return (int) crc.getValue();
    }

    /** CRC of all parts' bytes in a row, from the parts' own CRCs. */
    static int ofParts(List<UploadedPart> parts) {
        int crc = 0;
        for (UploadedPart part : parts) {
            crc = join(crc, part.crc32c(), part.lengthBytes());
        }
        return crc;
    }

    /** CRC of A followed by B: A's CRC is carried over B's length by multiplying with x^(8*length), then added. */
    static int join(int crcA, int crcB, long lengthBytesB) {
        int power = 1 << 31 >>> 8; // x^8: the effect of one byte
        int factor = 1 << 31; // x^0
        for (long n = lengthBytesB; n != 0; n >>>= 1) {
            if ((n & 1) != 0) {
                factor = multiply(factor, power);
            }
            power = multiply(power, power);
        }
        return multiply(factor, crcA) ^ crcB;
    }

    /** Product of two polynomials modulo the generator; the highest bit of an int is x^0. */
    private static int multiply(int a, int b) {
        int product = 0;
        int shifted = b;
        for (int bit = 1 << 31; bit != 0; bit >>>= 1) {
            if ((a & bit) != 0) {
                product ^= shifted;
            }
            shifted = (shifted >>> 1) ^ ((shifted & 1) != 0 ? POLYNOMIAL : 0);
        }
        return product;
    }

    static String toBase64(int crc) {
        return Base64.getEncoder()
                .encodeToString(ByteBuffer.allocate(4).putInt(crc).array());
    }

    static int fromBase64(String text) {
        byte[] bytes = Base64.getDecoder().decode(text);
        if (bytes.length != 4) {
            throw new IllegalArgumentException("'" + text + "' is not four bytes in Base64");
        }
        return ByteBuffer.wrap(bytes).getInt();
    }
}
