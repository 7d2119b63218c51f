package io.firn.compaction.segment;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * What a manifest remembers of a file to know it again.
 *
 * @param bytes size of the whole file
 * @param crc CRC32C of its header and content, as its footer has it
 */
public record FileMark(long bytes, int crc) {

    /** Of a file that does not exist. */
    public static final FileMark ABSENT = new FileMark(0, 0);

    /** CRC-32C's polynomial, bits reversed. */
    private static final int POLYNOMIAL = 0x82f63b78;

    /** CRC32C of the whole file, with its footer, which follows from the mark. */
    public int fileCrc() {
        ByteBuffer footer = ByteBuffer.allocate(SealedFile.FOOTER_BYTES);
        footer.putLong(bytes - SealedFile.HEADER_BYTES - SealedFile.FOOTER_BYTES)
                .putInt(crc);
        CRC32C ofFooter = new CRC32C();
        ofFooter.update(footer.duplicate().flip());
        footer.putInt((int) ofFooter.getValue());
        int state = ~crc;
        for (byte next : footer.array()) {
            state ^= next & 0xff;
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                state = (state >>> 1) ^ (POLYNOMIAL & -(state & 1));
            }
        }
        return ~state;
    }
}
