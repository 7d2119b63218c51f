package io.firn.compaction.segment;

/**
 * What a manifest remembers of a file to know it again.
 *
 * @param bytes size of the whole file
 * @param crc CRC32C of its header and content, as its footer has it
 */
public record FileMark(long bytes, int crc) {

    /** Of a file that does not exist. */
    public static final FileMark ABSENT = new FileMark(0, 0);
}
