package io.firn.spi.objects;

import java.util.OptionalInt;

/**
 * What is known of an object without reading it. Immutable.
 *
 * @param name of the object, within its plugin's part
 * @param lengthBytes of the object
 * @param crc32c CRC-32C of the whole object: of the bytes sent, when it was stored just now; else as the storage itself
 *     attests it, empty when it does not
 * @since 1.0
 */
public record StoredObject(String name, long lengthBytes, OptionalInt crc32c) {}
