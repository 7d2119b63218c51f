package io.firn.tiered.objects;

import io.firn.spi.contract.CancelToken;
import io.firn.spi.contract.Registration;
import io.firn.spi.objects.ObjectContent;
import io.firn.spi.objects.ObjectException;
import io.firn.spi.objects.ObjectException.Reason;
import io.firn.spi.objects.ObjectKey;
import io.firn.spi.objects.ObjectStorage;
import io.firn.spi.objects.StoredObject;
import io.firn.tiered.store.ByteRange;
import io.firn.tiered.store.ListPage;
import io.firn.tiered.store.ObjectHead;
import io.firn.tiered.store.ObjectStore;
import io.firn.tiered.store.Payload;
import io.firn.tiered.store.PutMode;
import io.firn.tiered.store.PutOptions;
import io.firn.tiered.store.StoreException;
import io.firn.tiered.store.WriteId;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Objects of other plugins: {@code <root><plugin id>/<name>}. An object is one request, whatever its size, so that it can
 * be create-only. Any thread.
 *
 * @param store with retries
 * @param root ends in a slash; nothing else lies below it
 * @param storageClass the store's word, or null for the bucket's default
 * @param random for the ids of writes
 * @param ended cancelled when this plugin stops
 */
public record PluginObjects(
        ObjectStore store,
        String root,
        @Nullable String storageClass,
        RandomGenerator random,
        io.firn.tiered.store.CancelToken ended)
        implements ObjectStorage {

    @Override
    public StoredObject put(ObjectKey key, ObjectContent content, CancelToken token) throws ObjectException {
        PutOptions options = new PutOptions(PutMode.CREATE_ONLY, WriteId.random(random), storageClass, Map.of());
        Payload body = switch (content) {
            case ObjectContent.Bytes(List<ByteBuffer> buffers) -> Payload.of(buffers);
            case ObjectContent.Region region -> new RegionPayload(region);
        };
        int crc32c = call(
                "put " + key,
                token,
                cancel -> store.put(path(key), body, options, cancel).crc32c());
        return new StoredObject(key.name(), content.lengthBytes(), OptionalInt.of(crc32c));
    }

    @Override
    public void read(ObjectKey key, long offset, ByteBuffer into, CancelToken token) throws ObjectException {
        ByteRange range = new ByteRange.Exact(offset, into.remaining());
        var read = call("read " + key, token, cancel -> store.read(path(key), range, into, cancel));
        assert read.readBytes() == range.maxBytes();
    }

    @Override
    public StoredObject head(ObjectKey key, CancelToken token) throws ObjectException {
        ObjectHead head = call("head " + key, token, cancel -> store.head(path(key), cancel));
        return new StoredObject(key.name(), head.lengthBytes(), head.crc32c());
    }

    @Override
    public List<StoredObject> list(Listing listing, CancelToken token) throws ObjectException {
        String own = root + listing.plugin() + "/";
        String prefix = own + listing.prefix();
        return call("list " + listing.plugin() + "/" + listing.prefix(), token, cancel -> {
            List<StoredObject> found = new ArrayList<>();
            String after = listing.after().isEmpty() ? null : own + listing.after();
            do {
                ListPage page = store.list(prefix, after, listing.max() - found.size(), cancel);
                page.objects()
                        .forEach(entry -> found.add(new StoredObject(
                                entry.key().substring(own.length()), entry.lengthBytes(), OptionalInt.empty())));
                after = page.next();
            } while (after != null && found.size() < listing.max());
            return found;
        });
    }

    @Override
    public void delete(ObjectKey key, CancelToken token) throws ObjectException {
        String deleted = call("delete " + key, token, cancel -> {
            store.delete(path(key), cancel);
            return key.name();
        });
        assert deleted.equals(key.name());
    }

    private String path(ObjectKey key) {
        return root + key.plugin() + "/" + key.name();
    }

    private <T> T call(String what, CancelToken token, Function<io.firn.tiered.store.CancelToken, T> work)
            throws ObjectException {
        io.firn.tiered.store.CancelToken cancel = new io.firn.tiered.store.CancelToken();
        try (Registration byCaller = token.onCancel(cancel::cancel);
                var byStop = ended.onCancel(cancel::cancel)) {
            assert byCaller != null && byStop != null;
            return work.apply(cancel);
        } catch (StoreException e) {
            throw new ObjectException(reason(e), what + ": " + e.getMessage(), e);
        } catch (UncheckedIOException | IllegalArgumentException e) {
            // the bytes to store can not be read, or the name is more than this store takes
            throw new ObjectException(Reason.REFUSED, what + ": " + e.getMessage(), e);
        }
    }

    private static Reason reason(StoreException failure) {
        return switch (failure) {
            case StoreException.Retryable _ -> Reason.PASSING;
            case StoreException.Fenced _ -> Reason.EXISTS;
            case StoreException.Missing _ -> Reason.MISSING;
            case StoreException.Corrupt _ -> Reason.DAMAGED;
            case StoreException.Cancelled _ -> Reason.CANCELLED;
            case StoreException.Fatal _ -> Reason.REFUSED;
        };
    }
}
