package io.firn.tiered.store;

/**
 * A part that was stored.
 *
 * @param number 1 to 10000
 * @param etag the store's tag of the part
 * @param lengthBytes bytes of the part
 * @param crc32c CRC-32C of the bytes that were sent
 */
public record UploadedPart(int number, String etag, long lengthBytes, int crc32c) {}
