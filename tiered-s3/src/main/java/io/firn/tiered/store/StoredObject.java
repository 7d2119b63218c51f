package io.firn.tiered.store;

/**
 * What a put or a completed upload stored.
 *
 * @param lengthBytes length of the object
 * @param etag the store's tag of this version, without quotes; compared, never interpreted
 * @param crc32c CRC-32C of the bytes that were sent
 */
public record StoredObject(String key, long lengthBytes, String etag, int crc32c) {}
