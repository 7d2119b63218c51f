package io.firn.tiered.store;

import io.firn.tiered.store.RequestMeter.Result;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Counts each request of a back end for one purpose. Stateless beside the meter. */
final class MeteredObjectStore implements ObjectStore {
    private final ObjectStore inner;
    private final RequestMeter meter;
    private final Purpose purpose;

    MeteredObjectStore(ObjectStore inner, RequestMeter meter, Purpose purpose) {
        this.inner = inner;
        this.meter = meter;
        this.purpose = purpose;
    }

    @Override
    public StoredObject put(String key, Payload body, PutOptions options, CancelToken cancel) {
        return count(RequestKind.PUT, body.lengthBytes(), () -> inner.put(key, body, options, cancel));
    }

    @Override
    public ObjectRead read(String key, ByteRange range, ByteBuffer into, CancelToken cancel) {
        int before = into.position();
        Result result = Result.OK;
        try {
            return inner.read(key, range, into, cancel);
        } catch (StoreException e) {
            result = resultOf(e);
            throw e;
        } finally {
            meter.record(purpose, RequestKind.GET, result, 0, into.position() - before);
        }
    }

    @Override
    public ObjectHead head(String key, CancelToken cancel) {
        return count(RequestKind.HEAD, 0, () -> inner.head(key, cancel));
    }

    @Override
    public ListPage list(String prefix, @Nullable String startAfter, int maxKeys, CancelToken cancel) {
        return count(RequestKind.LIST, 0, () -> inner.list(prefix, startAfter, maxKeys, cancel));
    }

    @Override
    public void delete(String key, CancelToken cancel) {
        count(RequestKind.DELETE, () -> inner.delete(key, cancel));
    }

    @Override
    public List<DeleteFailure> deleteAll(List<String> keys, CancelToken cancel) {
        return count(RequestKind.DELETE_BATCH, 0, () -> inner.deleteAll(keys, cancel));
    }

    @Override
    public UploadRef createUpload(String key, PutOptions options, CancelToken cancel) {
        return count(RequestKind.CREATE_UPLOAD, 0, () -> inner.createUpload(key, options, cancel));
    }

    @Override
    public UploadedPart uploadPart(UploadRef upload, int number, Payload body, CancelToken cancel) {
        return count(RequestKind.UPLOAD_PART, body.lengthBytes(), () -> inner.uploadPart(upload, number, body, cancel));
    }

    @Override
    public StoredObject completeUpload(
            UploadRef upload, List<UploadedPart> parts, WriteId writeId, CancelToken cancel) {
        return count(RequestKind.COMPLETE_UPLOAD, 0, () -> inner.completeUpload(upload, parts, writeId, cancel));
    }

    @Override
    public void abortUpload(UploadRef upload, CancelToken cancel) {
        count(RequestKind.ABORT_UPLOAD, () -> inner.abortUpload(upload, cancel));
    }

    @Override
    public UploadPage listUploads(String prefix, UploadPage.@Nullable Entry startAfter, CancelToken cancel) {
        return count(RequestKind.LIST_UPLOADS, 0, () -> inner.listUploads(prefix, startAfter, cancel));
    }

    private void count(RequestKind kind, Runnable request) {
        count(kind, 0, () -> {
            request.run();
            return kind;
        });
    }

    private <T> T count(RequestKind kind, long sentBytes, Supplier<T> request) {
        Result result = Result.OK;
        try {
            return request.get();
        } catch (StoreException e) {
            result = resultOf(e);
            throw e;
        } finally {
            meter.record(purpose, kind, result, sentBytes, 0);
        }
    }

    private static Result resultOf(StoreException e) {
        return switch (e) {
            case StoreException.Retryable passing ->
                passing.reason() == StoreException.Retryable.Cause.THROTTLED ? Result.THROTTLED : Result.RETRYABLE;
            case StoreException.Fenced _ -> Result.FENCED;
            case StoreException.Missing _ -> Result.MISSING;
            case StoreException.Corrupt _ -> Result.CORRUPT;
            case StoreException.Cancelled _ -> Result.CANCELLED;
            case StoreException.Fatal _ -> Result.FATAL;
        };
    }
}
