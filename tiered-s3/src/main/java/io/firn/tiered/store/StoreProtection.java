package io.firn.tiered.store;

import org.jspecify.annotations.Nullable;

/** How the store guards the bytes: checksums on the way, encryption at rest. */
public record StoreProtection(ChecksumPolicy checksums, ServerEncryption encryption) {
    /** Checksums always, encryption as the bucket says. */
    public static final StoreProtection DEFAULT =
            new StoreProtection(ChecksumPolicy.ALWAYS, new ServerEncryption.BucketDefault());

    /** Whether checksums travel with the requests. */
    public enum ChecksumPolicy {
        /** CRC-32C with every put and part; the store refuses other bytes and attests the sum of the object. */
        ALWAYS,
        /**
         * Only where the protocol demands one, as Content-MD5: for older S3-compatible stores that answer 400 to the
         * newer headers. What was stored is then known only by reading it back.
         */
        WHEN_REQUIRED
    }

    /** Server-side encryption asked for with each object. */
    public sealed interface ServerEncryption {
        /** Nothing asked: the bucket's setting decides. */
        record BucketDefault() implements ServerEncryption {}

        /** Keys held by the store itself ({@code AES256}). */
        record StoreKeys() implements ServerEncryption {}

        /**
         * A key of a key service ({@code aws:kms}), with a bucket key to save calls to it.
         *
         * @param keyId id, alias or ARN; null for the account's default key
         */
        record KeyService(@Nullable String keyId) implements ServerEncryption {}
    }
}
