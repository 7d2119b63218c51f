package io.firn.tiered.store;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Repeats calls that failed in passing, and recognises an earlier try that had its effect and lost its reply. Stateless
 * beside the shared budget; waits on the caller's thread, ended by its token.
 */
final class RetryingObjectStore implements ObjectStore {
    private final ObjectStore inner;
    private final RetryPolicy policy;
    private final RetryBudget budget;
    private final Backoff backoff;

    /** Time and chance, so that tests own both. */
    record Backoff(LongSupplier nanoTime, RandomGenerator random, Pause pause) {
        /** The machine's monotonic clock and real waits. */
        static Backoff real(RandomGenerator random) {
            return new Backoff(System::nanoTime, random, (cancel, time) -> cancel.awaitCancel(time));
        }
    }

    /** Waits. */
    @FunctionalInterface
    interface Pause {
        /** Returns true when cancelled. */
        boolean await(CancelToken cancel, Duration time);
    }

    RetryingObjectStore(ObjectStore inner, RetryPolicy policy, RetryBudget budget, Backoff backoff) {
        this.inner = inner;
        this.policy = policy;
        this.budget = budget;
        this.backoff = backoff;
    }

    @Override
    public StoredObject put(String key, Payload body, PutOptions options, CancelToken cancel) {
        return retry("put " + key, cancel, () -> {
            try {
                return inner.put(key, body, options, cancel);
            } catch (StoreException.Fenced e) {
                return ownEarlier(
                        key, body.lengthBytes(), Checksums.of(body), options.writeId(), new Refused(e, cancel));
            }
        });
    }

    @Override
    public ObjectRead read(String key, ByteRange range, ByteBuffer into, CancelToken cancel) {
        int start = into.position();
        if (range instanceof ByteRange.Exact(long offset, int length)) {
            ObjectRead last = retryRead("read " + key, cancel, () -> {
                int have = into.position() - start;
                return inner.read(key, new ByteRange.Exact(offset + have, length - have), into, cancel);
            });
            return new ObjectRead(offset, length, last.objectBytes(), last.etag());
        }
        return retryRead("read " + key, cancel, () -> {
            into.position(start);
            return inner.read(key, range, into, cancel);
        });
    }

    @Override
    public ObjectHead head(String key, CancelToken cancel) {
        return retry("head " + key, cancel, () -> inner.head(key, cancel));
    }

    @Override
    public ListPage list(String prefix, @Nullable String startAfter, int maxKeys, CancelToken cancel) {
        return retry("list " + prefix, cancel, () -> inner.list(prefix, startAfter, maxKeys, cancel));
    }

    @Override
    public void delete(String key, CancelToken cancel) {
        retry("delete " + key, cancel, () -> {
            inner.delete(key, cancel);
            return key;
        });
    }

    @Override
    public List<DeleteFailure> deleteAll(List<String> keys, CancelToken cancel) {
        return retry("delete " + keys.size() + " keys", cancel, () -> inner.deleteAll(keys, cancel));
    }

    @Override
    public UploadRef createUpload(String key, PutOptions options, CancelToken cancel) {
        return retry("create upload " + key, cancel, () -> inner.createUpload(key, options, cancel));
    }

    @Override
    public UploadedPart uploadPart(UploadRef upload, int number, Payload body, CancelToken cancel) {
        return retry(
                "part " + number + " of " + upload.key(), cancel, () -> inner.uploadPart(upload, number, body, cancel));
    }

    @Override
    public StoredObject completeUpload(
            UploadRef upload, List<UploadedPart> parts, WriteId writeId, CancelToken cancel) {
        return retry("complete upload " + upload.key(), cancel, () -> {
            StoreException doubt;
            try {
                StoredObject stored = inner.completeUpload(upload, parts, writeId, cancel);
                if (!stored.etag().isEmpty()) {
                    return stored;
                }
                // so Ceph answers the second time
                doubt = new StoreException.Missing(
                        "complete upload " + upload.key() + ": answered without a tag", null);
            } catch (StoreException.Missing e) {
                doubt = e;
            }
            long length = parts.stream().mapToLong(UploadedPart::lengthBytes).sum();
            return ownEarlier(upload.key(), length, Checksums.ofParts(parts), writeId, new Refused(doubt, cancel));
        });
    }

    @Override
    public void abortUpload(UploadRef upload, CancelToken cancel) {
        retry("abort upload " + upload.key(), cancel, () -> {
            inner.abortUpload(upload, cancel);
            return upload;
        });
    }

    @Override
    public UploadPage listUploads(String prefix, UploadPage.@Nullable Entry startAfter, CancelToken cancel) {
        return retry("list uploads " + prefix, cancel, () -> inner.listUploads(prefix, startAfter, cancel));
    }

    /** Why a write was refused, thrown on if the object turns out to be somebody else's. */
    private record Refused(StoreException cause, CancelToken cancel) {}

    /** After a refusal: the object at the key if this very write made it, else the refusal. */
    private StoredObject ownEarlier(String key, long lengthBytes, int crc32c, WriteId writeId, Refused refused) {
        ObjectHead there;
        try {
            there = inner.head(key, refused.cancel);
        } catch (StoreException.Missing e) {
            if (refused.cause instanceof StoreException.Fenced) {
                throw new StoreException.Retryable(
                        "put " + key + ": refused because it exists, and then it was gone",
                        StoreException.Retryable.Cause.TRANSIENT,
                        refused.cause);
            }
            throw refused.cause;
        }
        if (!writeId.equals(there.writeId())) {
            throw refused.cause;
        }
        if (there.lengthBytes() != lengthBytes || there.crc32c().orElse(crc32c) != crc32c) {
            throw new StoreException.Corrupt(
                    "put " + key + ": the store holds this write with " + there.lengthBytes() + " bytes, sent were "
                            + lengthBytes,
                    refused.cause);
        }
        return new StoredObject(key, lengthBytes, there.etag(), crc32c);
    }

    /** Bytes that fail their checksum are asked for once more: most often they broke on the way. */
    private ObjectRead retryRead(String what, CancelToken cancel, Supplier<ObjectRead> attempt) {
        return retry(what, cancel, () -> {
            try {
                return attempt.get();
            } catch (StoreException.Corrupt e) {
                try {
                    return attempt.get();
                } catch (StoreException.Corrupt again) {
                    again.addSuppressed(e);
                    throw again;
                }
            }
        });
    }

    private <T> T retry(String what, CancelToken cancel, Supplier<T> attempt) {
        long began = backoff.nanoTime.getAsLong();
        for (int tried = 1; ; tried++) {
            cancel.check(what);
            try {
                T result = attempt.get();
                budget.succeeded();
                return result;
            } catch (StoreException.Retryable e) {
                long wait = backoff.random.nextLong(policy.ceiling(tried).toNanos() + 1);
                long spent = backoff.nanoTime.getAsLong() - began;
                if (tried == policy.attempts()
                        || spent + wait > policy.callTimeout().toNanos()
                        || !budget.take()) {
                    throw e;
                }
                if (backoff.pause.await(cancel, Duration.ofNanos(wait))) {
                    throw new StoreException.Cancelled(what + ": cancelled after " + tried + " tries", e);
                }
            }
        }
    }
}
