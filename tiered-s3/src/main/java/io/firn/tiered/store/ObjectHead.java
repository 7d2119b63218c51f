package io.firn.tiered.store;

import java.time.Instant;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What a store says of an object without its bytes.
 *
 * @param lengthBytes length of the object
 * @param etag the store's tag of this version, without quotes; compared, never interpreted
 * @param lastModified the store's clock; for ages, never for order
 * @param crc32c CRC-32C of the whole object as the store itself computed or checked it; empty when it attests none
 * @param writeId who wrote it; null for an object that Firn did not write
 * @param storageClass the store's word, or null for its default
 * @param metadata names and values of {@link PutOptions#metadata()}
 */
public record ObjectHead(
        String key,
        long lengthBytes,
        String etag,
        Instant lastModified,
        OptionalInt crc32c,
        @Nullable WriteId writeId,
        @Nullable String storageClass,
        Map<String, String> metadata) {
    public ObjectHead {
        metadata = Map.copyOf(metadata);
    }
}
