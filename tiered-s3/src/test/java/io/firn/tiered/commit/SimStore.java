package io.firn.tiered.commit;

import io.firn.tiered.store.ByteRange;
import io.firn.tiered.store.CancelToken;
import io.firn.tiered.store.DeleteFailure;
import io.firn.tiered.store.ListPage;
import io.firn.tiered.store.ObjectHead;
import io.firn.tiered.store.ObjectRead;
import io.firn.tiered.store.ObjectStore;
import io.firn.tiered.store.Payload;
import io.firn.tiered.store.PutMode;
import io.firn.tiered.store.PutOptions;
import io.firn.tiered.store.StoreException;
import io.firn.tiered.store.StoredObject;
import io.firn.tiered.store.UploadPage;
import io.firn.tiered.store.UploadRef;
import io.firn.tiered.store.UploadedPart;
import io.firn.tiered.store.WriteId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Objects in memory. Each request passes the {@link Gate}, which may stall it, fail it or kill its caller. */
final class SimStore implements ObjectStore {
    /** Decides when, and how, a request happens. */
    interface Gate {
        <T> T pass(String what, Supplier<T> effect);
    }

    /** Every request happens at once. */
    static final Gate OPEN = new Gate() {
        @Override
        public <T> T pass(String what, Supplier<T> effect) {
            return effect.get();
        }
    };

    private record Held(byte[] bytes, WriteId writeId) {}

    private final NavigableMap<String, Held> objects;
    private final Gate gate;

    SimStore() {
        this(new TreeMap<>(), OPEN);
    }

    private SimStore(NavigableMap<String, Held> objects, Gate gate) {
        this.objects = objects;
        this.gate = gate;
    }

    /** The same objects through a gate. */
    SimStore through(Gate other) {
        return new SimStore(objects, other);
    }

    List<String> keys(String prefix) {
        return objects.tailMap(prefix, true).keySet().stream()
                .takeWhile(key -> key.startsWith(prefix))
                .toList();
    }

    void flip(String key, int bit) {
        Held held = require(key);
        byte[] bytes = held.bytes.clone();
        bytes[bit / 8] ^= (byte) (1 << bit % 8);
        objects.put(key, new Held(bytes, held.writeId));
    }

    private Held require(String key) {
        Held held = objects.get(key);
        if (held == null) {
            throw new StoreException.Missing(key, null);
        }
        return held;
    }

    @Override
    public StoredObject put(String key, Payload body, PutOptions options, CancelToken cancel) {
        return gate.pass("put " + key, () -> {
            Held there = objects.get(key);
            if (options.mode() == PutMode.CREATE_ONLY && there != null && !there.writeId.equals(options.writeId())) {
                throw new StoreException.Fenced(key, null);
            }
            byte[] bytes = bytes(body);
            objects.put(key, new Held(bytes, options.writeId()));
            return new StoredObject(key, bytes.length, "tag", crc(bytes));
        });
    }

    private static byte[] bytes(Payload body) {
        try (var in = body.open()) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes);
        return (int) crc.getValue();
    }

    @Override
    public ObjectRead read(String key, ByteRange range, ByteBuffer into, CancelToken cancel) {
        return gate.pass("read " + key, () -> {
            byte[] bytes = require(key).bytes;
            int offset = range instanceof ByteRange.Exact exact ? (int) exact.offset() : 0;
            int length = Math.min(range.maxBytes(), bytes.length - offset);
            if (range instanceof ByteRange.Suffix) {
                offset = bytes.length - length;
            }
            into.put(bytes, offset, length);
            return new ObjectRead(offset, length, bytes.length, "tag");
        });
    }

    @Override
    public byte[] readAll(String key, int maxBytes, CancelToken cancel) {
        return gate.pass("read " + key, () -> require(key).bytes.clone());
    }

    @Override
    public ObjectHead head(String key, CancelToken cancel) {
        return gate.pass("head " + key, () -> {
            Held held = require(key);
            return new ObjectHead(
                    key,
                    held.bytes.length,
                    "tag",
                    Instant.EPOCH,
                    OptionalInt.of(crc(held.bytes)),
                    held.writeId,
                    null,
                    Map.of());
        });
    }

    @Override
    public ListPage list(String prefix, @Nullable String startAfter, int maxKeys, CancelToken cancel) {
        return gate.pass("list " + prefix, () -> {
            List<ListPage.Entry> all = keys(prefix).stream()
                    .filter(key -> startAfter == null || key.compareTo(startAfter) > 0)
                    .map(key -> new ListPage.Entry(key, require(key).bytes.length, "tag", Instant.EPOCH))
                    .toList();
            boolean more = all.size() > maxKeys;
            List<ListPage.Entry> page = more ? all.subList(0, maxKeys) : all;
            return new ListPage(page, more ? page.getLast().key() : null);
        });
    }

    @Override
    public void delete(String key, CancelToken cancel) {
        gate.pass("delete " + key, () -> {
            objects.remove(key);
            return key;
        });
    }

    @Override
    public List<DeleteFailure> deleteAll(List<String> keys, CancelToken cancel) {
        keys.forEach(key -> delete(key, cancel));
        return List.of();
    }

    private static IllegalStateException whole() {
        return new IllegalStateException("the simulation stores whole objects only");
    }

    @Override
    public UploadRef createUpload(String key, PutOptions options, CancelToken cancel) {
        throw whole();
    }

    @Override
    public UploadedPart uploadPart(UploadRef upload, int number, Payload body, CancelToken cancel) {
        throw whole();
    }

    @Override
    public StoredObject completeUpload(
            UploadRef upload, List<UploadedPart> parts, WriteId writeId, CancelToken cancel) {
        throw whole();
    }

    @Override
    public void abortUpload(UploadRef upload, CancelToken cancel) {
        throw whole();
    }

    @Override
    public UploadPage listUploads(String prefix, UploadPage.@Nullable Entry startAfter, CancelToken cancel) {
        return gate.pass("uploads " + prefix, () -> new UploadPage(List.of(), null));
    }
}
