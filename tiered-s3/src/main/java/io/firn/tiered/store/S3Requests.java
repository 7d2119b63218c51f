package io.firn.tiered.store;

import io.firn.tiered.store.StoreProtection.ChecksumPolicy;
import io.firn.tiered.store.StoreProtection.ServerEncryption;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ChecksumAlgorithm;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.ChecksumType;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;

/**
 * Requests and replies in S3's words. User metadata that Firn adds to its own objects:
 *
 * <pre>
 * x-amz-meta-firn-write    the {@link WriteId}
 * x-amz-meta-firn-crc32c   CRC-32C of the whole object, 8 hex digits; objects put in one request only
 * </pre>
 */
final class S3Requests {
    private static final String WRITE_ID = "firn-write";
    private static final String CRC32C = "firn-crc32c";
    private static final String OWN = "firn-";

    private final String bucket;
    private final String keyPrefix;
    private final boolean checksums;
    private final ServerEncryption encryption;

    S3Requests(StoreConfig config) {
        this.bucket = config.bucket();
        this.keyPrefix = config.keyPrefix();
        this.checksums = config.protection().checksums() == ChecksumPolicy.ALWAYS;
        this.encryption = config.protection().encryption();
    }

    String bucket() {
        return bucket;
    }

    /** The key in the bucket of a key in the store. */
    String inBucket(String key) {
        return keyPrefix + key;
    }

    /** The key in the store of a key in the bucket. */
    String inStore(String bucketKey) {
        return bucketKey.substring(keyPrefix.length());
    }

    PutObjectRequest put(String key, long lengthBytes, int crc32c, PutOptions options) {
        Map<String, String> metadata = metadata(options);
        metadata.put(CRC32C, HexFormat.of().toHexDigits(crc32c));
        PutObjectRequest.Builder put = PutObjectRequest.builder()
                .bucket(bucket)
                .key(inBucket(key))
                .contentLength(lengthBytes)
                .metadata(metadata)
                .storageClass(options.storageClass());
        if (options.mode() == PutMode.CREATE_ONLY) {
            put.ifNoneMatch("*");
        }
        if (checksums) {
            put.checksumCRC32C(Checksums.toBase64(crc32c));
        }
        switch (encryption) {
            case ServerEncryption.BucketDefault() -> {}
            case ServerEncryption.StoreKeys() -> put.serverSideEncryption(ServerSideEncryption.AES256);
            case ServerEncryption.KeyService(String keyId) ->
                put.serverSideEncryption(ServerSideEncryption.AWS_KMS)
                        .ssekmsKeyId(keyId)
                        .bucketKeyEnabled(true);
        }
        return put.build();
    }

    GetObjectRequest get(String key, ByteRange range) {
        GetObjectRequest.Builder get = GetObjectRequest.builder().bucket(bucket).key(inBucket(key));
        switch (range) {
            case ByteRange.Exact(long offset, int length) -> get.range("bytes=" + offset + "-" + (offset + length - 1));
            case ByteRange.Suffix(int maxBytes) -> get.range("bytes=-" + maxBytes);
            case ByteRange.Whole _ -> get.checksumMode(checksums ? ChecksumMode.ENABLED : null);
        }
        return get.build();
    }

    HeadObjectRequest head(String key) {
        HeadObjectRequest.Builder head =
                HeadObjectRequest.builder().bucket(bucket).key(inBucket(key));
        return checksums ? head.checksumMode(ChecksumMode.ENABLED).build() : head.build();
    }

    CreateMultipartUploadRequest createUpload(String key, PutOptions options) {
        CreateMultipartUploadRequest.Builder create = CreateMultipartUploadRequest.builder()
                .bucket(bucket)
                .key(inBucket(key))
                .metadata(metadata(options))
                .storageClass(options.storageClass());
        if (checksums) {
            create.checksumAlgorithm(ChecksumAlgorithm.CRC32_C).checksumType(ChecksumType.FULL_OBJECT);
        }
        switch (encryption) {
            case ServerEncryption.BucketDefault() -> {}
            case ServerEncryption.StoreKeys() -> create.serverSideEncryption(ServerSideEncryption.AES256);
            case ServerEncryption.KeyService(String keyId) ->
                create.serverSideEncryption(ServerSideEncryption.AWS_KMS)
                        .ssekmsKeyId(keyId)
                        .bucketKeyEnabled(true);
        }
        return create.build();
    }

    UploadPartRequest uploadPart(UploadRef upload, int number, long lengthBytes, int crc32c) {
        UploadPartRequest.Builder part = UploadPartRequest.builder()
                .bucket(bucket)
                .key(inBucket(upload.key()))
                .uploadId(upload.uploadId())
                .partNumber(number)
                .contentLength(lengthBytes);
        return checksums ? part.checksumCRC32C(Checksums.toBase64(crc32c)).build() : part.build();
    }

    CompleteMultipartUploadRequest completeUpload(UploadRef upload, List<UploadedPart> parts, int crc32c) {
        List<CompletedPart> completed = parts.stream().map(this::completed).toList();
        CompleteMultipartUploadRequest.Builder complete = CompleteMultipartUploadRequest.builder()
                .bucket(bucket)
                .key(inBucket(upload.key()))
                .uploadId(upload.uploadId())
                .multipartUpload(list -> list.parts(completed));
        if (checksums) {
            complete.checksumCRC32C(Checksums.toBase64(crc32c)).checksumType(ChecksumType.FULL_OBJECT);
        }
        return complete.build();
    }

    ObjectHead head(String key, HeadObjectResponse reply) {
        Map<String, String> users = new HashMap<>();
        reply.metadata().forEach((name, value) -> {
            if (!name.startsWith(OWN)) {
                users.put(name, value);
            }
        });
        String writeId = reply.metadata().get(WRITE_ID);
        return new ObjectHead(
                key,
                reply.contentLength(),
                unquoted(reply.eTag()),
                reply.lastModified(),
                attested(reply.checksumCRC32C(), reply.checksumType()),
                writeId == null ? null : new WriteId(writeId),
                reply.storageClassAsString(),
                users);
    }

    /** The CRC of a whole object: as Firn put it beside the object, else as the store attests it. */
    static OptionalInt expectedSum(GetObjectResponse reply) {
        OptionalInt noted = noted(reply.metadata());
        return noted.isPresent() ? noted : attested(reply.checksumCRC32C(), reply.checksumType());
    }

    private static OptionalInt noted(Map<String, String> metadata) {
        String hex = metadata.get(CRC32C);
        return hex == null || !hex.matches("[0-9a-f]{8}")
                ? OptionalInt.empty()
                : OptionalInt.of(HexFormat.fromHexDigits(hex));
    }

    static String unquoted(@Nullable String etag) {
        return etag == null ? "" : etag.replace("\"", "");
    }

    private static OptionalInt attested(@Nullable String crc, @Nullable ChecksumType type) {
        return crc != null && type != ChecksumType.COMPOSITE && !crc.contains("-")
                ? OptionalInt.of(Checksums.fromBase64(crc))
                : OptionalInt.empty();
    }

    private CompletedPart completed(UploadedPart part) {
        CompletedPart.Builder completed =
                CompletedPart.builder().partNumber(part.number()).eTag(part.etag());
        return checksums
                ? completed.checksumCRC32C(Checksums.toBase64(part.crc32c())).build()
                : completed.build();
    }

    private static Map<String, String> metadata(PutOptions options) {
        Map<String, String> metadata = new HashMap<>(options.metadata());
        metadata.put(WRITE_ID, options.writeId().value());
        return metadata;
    }
}
