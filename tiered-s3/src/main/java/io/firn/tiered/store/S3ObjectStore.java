package io.firn.tiered.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.DeleteObjectsResponse;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Response;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/** A bucket behind the S3 API: one method call is one request. Stateless beside the client, which it owns. */
final class S3ObjectStore implements ObjectStore, AutoCloseable {
    private static final String BODY_TYPE = "application/octet-stream";

    private static final Logger LOG = LoggerFactory.getLogger(S3ObjectStore.class);

    private final S3Client client;
    private final S3Requests requests;
    private final StoreLimits limits;

    private S3ObjectStore(S3Client client, StoreConfig config) {
        this.client = client;
        this.requests = new S3Requests(config);
        this.limits = config.limits();
    }

    /** Builds the client; no request is made. */
    static S3ObjectStore open(StoreConfig config) {
        return new S3ObjectStore(S3Clients.open(config), config);
    }

    @Override
    public StoredObject put(String key, Payload body, PutOptions options, CancelToken cancel) {
        KeyRules.checkKey(key);
        String what = "put " + key;
        long length = body.lengthBytes();
        return call(RequestKind.PUT, what, length, cancel, () -> {
            int crc = Checksums.of(body);
            PutObjectResponse reply = client.putObject(requests.put(key, length, crc, options), requestBody(body));
            checkEcho(what, reply.checksumCRC32C(), crc);
            return new StoredObject(key, length, S3Requests.unquoted(reply.eTag()), crc);
        });
    }

    @Override
    public ObjectRead read(String key, ByteRange range, ByteBuffer into, CancelToken cancel) {
        KeyRules.checkKey(key);
        KeyRules.checkRoom(range, into.remaining());
        String what = "read " + key;
        return call(RequestKind.GET, what, range.maxBytes(), cancel, () -> {
            try (ResponseInputStream<GetObjectResponse> body = client.getObject(requests.get(key, range))) {
                return new S3Body(what, range, body).readInto(into);
            } catch (IOException e) {
                throw new UncheckedIOException("the reply broke off: " + e.getMessage(), e);
            }
        });
    }

    @Override
    public ObjectHead head(String key, CancelToken cancel) {
        KeyRules.checkKey(key);
        return call(
                RequestKind.HEAD,
                "head " + key,
                0,
                cancel,
                () -> requests.head(key, client.headObject(requests.head(key))));
    }

    @Override
    public ListPage list(String prefix, @Nullable String startAfter, int maxKeys, CancelToken cancel) {
        KeyRules.checkPrefix(prefix);
        KeyRules.checkPage(maxKeys);
        return call(RequestKind.LIST, "list " + prefix, 0, cancel, () -> {
            ListObjectsV2Response reply = client.listObjectsV2(list -> list.bucket(requests.bucket())
                    .prefix(requests.inBucket(prefix))
                    .startAfter(startAfter == null ? null : requests.inBucket(startAfter))
                    .maxKeys(maxKeys));
            List<ListPage.Entry> entries = reply.contents().stream()
                    .map(object -> new ListPage.Entry(
                            requests.inStore(object.key()),
                            object.size(),
                            S3Requests.unquoted(object.eTag()),
                            object.lastModified()))
                    .toList();
            boolean more = Boolean.TRUE.equals(reply.isTruncated()) && !entries.isEmpty();
            return new ListPage(entries, more ? entries.getLast().key() : null);
        });
    }

    @Override
    public void delete(String key, CancelToken cancel) {
        KeyRules.checkKey(key);
        String what = "delete " + key;
        unlessGone(() -> call(
                RequestKind.DELETE,
                what,
                0,
                cancel,
                () -> client.deleteObject(
                        delete -> delete.bucket(requests.bucket()).key(requests.inBucket(key)))));
    }

    @Override
    public List<DeleteFailure> deleteAll(List<String> keys, CancelToken cancel) {
        KeyRules.checkPage(keys.size());
        keys.forEach(KeyRules::checkKey);
        String what = "delete " + keys.size() + " keys";
        return call(RequestKind.DELETE_BATCH, what, 0, cancel, () -> {
            List<ObjectIdentifier> objects = keys.stream()
                    .map(key -> ObjectIdentifier.builder()
                            .key(requests.inBucket(key))
                            .build())
                    .toList();
            DeleteObjectsResponse reply = client.deleteObjects(delete -> delete.bucket(requests.bucket())
                    .delete(list -> list.objects(objects).quiet(true)));
            List<DeleteFailure> failures = new ArrayList<>();
            reply.errors().forEach(error -> {
                String key = requests.inStore(error.key());
                StoreException cause = S3Errors.ofBatch("delete " + key, error.code(), error.message());
                if (!(cause instanceof StoreException.Missing)) {
                    failures.add(new DeleteFailure(key, cause));
                }
            });
            return failures;
        });
    }

    @Override
    public UploadRef createUpload(String key, PutOptions options, CancelToken cancel) {
        KeyRules.checkKey(key);
        return call(
                RequestKind.CREATE_UPLOAD,
                "create upload " + key,
                0,
                cancel,
                () -> new UploadRef(
                        key,
                        client.createMultipartUpload(requests.createUpload(key, options))
                                .uploadId()));
    }

    @Override
    public UploadedPart uploadPart(UploadRef upload, int number, Payload body, CancelToken cancel) {
        KeyRules.checkPartNumber(number);
        String what = "part " + number + " of " + upload.key();
        long length = body.lengthBytes();
        return call(RequestKind.UPLOAD_PART, what, length, cancel, () -> {
            int crc = Checksums.of(body);
            UploadPartResponse reply =
                    client.uploadPart(requests.uploadPart(upload, number, length, crc), requestBody(body));
            checkEcho(what, reply.checksumCRC32C(), crc);
            return new UploadedPart(number, S3Requests.unquoted(reply.eTag()), length, crc);
        });
    }

    @Override
    public StoredObject completeUpload(
            UploadRef upload, List<UploadedPart> parts, WriteId writeId, CancelToken cancel) {
        KeyRules.checkParts(parts);
        String what = "complete upload " + upload.key();
        long length = parts.stream().mapToLong(UploadedPart::lengthBytes).sum();
        return call(RequestKind.COMPLETE_UPLOAD, what, length, cancel, () -> {
            int crc = Checksums.ofParts(parts);
            CompleteMultipartUploadResponse reply =
                    client.completeMultipartUpload(requests.completeUpload(upload, parts, crc));
            checkEcho(what, reply.checksumCRC32C(), crc);
            return new StoredObject(upload.key(), length, S3Requests.unquoted(reply.eTag()), crc);
        });
    }

    @Override
    public void abortUpload(UploadRef upload, CancelToken cancel) {
        String what = "abort upload " + upload.key();
        unlessGone(() -> call(
                RequestKind.ABORT_UPLOAD,
                what,
                0,
                cancel,
                () -> client.abortMultipartUpload(abort -> abort.bucket(requests.bucket())
                        .key(requests.inBucket(upload.key()))
                        .uploadId(upload.uploadId()))));
    }

    @Override
    public UploadPage listUploads(String prefix, UploadPage.@Nullable Entry startAfter, CancelToken cancel) {
        KeyRules.checkPrefix(prefix);
        return call(RequestKind.LIST_UPLOADS, "list uploads " + prefix, 0, cancel, () -> {
            ListMultipartUploadsRequest.Builder list = ListMultipartUploadsRequest.builder()
                    .bucket(requests.bucket())
                    .prefix(requests.inBucket(prefix));
            if (startAfter != null) {
                list.keyMarker(requests.inBucket(startAfter.key())).uploadIdMarker(startAfter.uploadId());
            }
            ListMultipartUploadsResponse reply = client.listMultipartUploads(list.build());
            List<UploadPage.Entry> uploads = reply.uploads().stream()
                    .filter(upload -> upload.key().startsWith(requests.inBucket(prefix)))
                    .map(upload ->
                            new UploadPage.Entry(requests.inStore(upload.key()), upload.uploadId(), upload.initiated()))
                    .toList();
            boolean more = Boolean.TRUE.equals(reply.isTruncated()) && !uploads.isEmpty();
            return new UploadPage(uploads, more ? uploads.getLast() : null);
        });
    }

    /** Drops the connections; calls in flight fail. */
    @Override
    public void close() {
        client.close();
    }

    /** Deleting what is not there is done already; some stores say 404 to it. */
    private static void unlessGone(Supplier<?> request) {
        try {
            var _ = request.get();
        } catch (StoreException.Missing alreadyGone) {
            LOG.trace("nothing to delete: {}", alreadyGone.getMessage());
        }
    }

    private <T> T call(RequestKind kind, String what, long bodyBytes, CancelToken cancel, Supplier<T> request) {
        Duration limit = limits.forBody(bodyBytes);
        return S3Call.run(kind, what, limit, cancel, request);
    }

    private static RequestBody requestBody(Payload body) {
        return RequestBody.fromContentProvider(() -> open(body), body.lengthBytes(), BODY_TYPE);
    }

    private static InputStream open(Payload body) {
        try {
            return body.open();
        } catch (IOException e) {
            throw new UncheckedIOException("the bytes to store could not be read", e);
        }
    }

    /** What the store says it received; a store without checksums says nothing. */
    private static void checkEcho(String what, @Nullable String base64, int crc) {
        if (base64 != null && !base64.contains("-") && Checksums.fromBase64(base64) != crc) {
            throw new StoreException.Corrupt(what + ": the store took in other bytes than were sent", null);
        }
    }
}
