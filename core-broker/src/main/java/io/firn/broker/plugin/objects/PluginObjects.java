package io.firn.broker.plugin.objects;

import io.firn.spi.objects.ObjectContent;
import io.firn.spi.objects.ObjectException;
import io.firn.spi.objects.ObjectException.Reason;
import io.firn.spi.objects.ObjectKey;
import io.firn.spi.objects.ObjectSpace;
import io.firn.spi.objects.ObjectStorage.Listing;
import io.firn.spi.objects.StoredObject;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** One plugin's objects. Any thread. */
final class PluginObjects implements ObjectSpace {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String CANCELLED = "the plugin has cancelled its calls";

    private final String plugin;
    private final ObjectDesk desk;
    private final Set<ObjectCall<?>> open = ConcurrentHashMap.newKeySet();
    private volatile boolean cancelled;

    PluginObjects(String plugin, ObjectDesk desk) {
        this.plugin = plugin;
        this.desk = desk;
    }

    @Override
    public State state() {
        return desk.state();
    }

    private <T> T call(String what, Duration limit, Keeper.Work<T> work) throws ObjectException {
        Keeper keeper = desk.keeper();
        if (keeper == null) {
            throw new ObjectException(Reason.UNAVAILABLE, what + ": no plugin keeps objects");
        }
        ObjectCall<T> call = new ObjectCall<>(what);
        open.add(call);
        try {
            // after it was added: who cancels sees this call, or this call sees that
            if (cancelled) {
                throw new ObjectException(Reason.CANCELLED, what + ": " + CANCELLED);
            }
            keeper.begin(call, work);
            return call.await(limit);
        } finally {
            open.remove(call);
        }
    }

    private ObjectKey key(String name) {
        return new ObjectKey(plugin, name);
    }

    @Override
    public StoredObject put(String name, ObjectContent content) throws ObjectException {
        ObjectKey key = key(name);
        Duration limit = LIMIT.plusSeconds(content.lengthBytes() >> 20);
        StoredObject stored = call("put " + key, limit, (storage, token) -> storage.put(key, content, token));
        if (stored.lengthBytes() != content.lengthBytes()) {
            throw new ObjectException(
                    Reason.DAMAGED,
                    "put " + key + ": " + stored.lengthBytes() + " of " + content.lengthBytes() + " bytes are stored");
        }
        return stored;
    }

    @Override
    public ByteBuffer read(String name, long offset, int length) throws ObjectException {
        ObjectKey key = key(name);
        if (offset < 0 || length < 1) {
            throw new IllegalArgumentException("no range: " + length + " bytes from " + offset + " of " + key);
        }
        ByteBuffer bytes = call("read " + key, LIMIT, (storage, token) -> {
            // made here: a call that is given up may go on writing to it
            ByteBuffer into = ByteBuffer.allocate(length);
            storage.read(key, offset, into, token);
            return into;
        });
        if (bytes.hasRemaining()) {
            throw new ObjectException(
                    Reason.DAMAGED,
                    "read " + key + ": " + bytes.remaining() + " of " + length + " bytes from " + offset
                            + " are missing");
        }
        return bytes.flip();
    }

    @Override
    public StoredObject head(String name) throws ObjectException {
        ObjectKey key = key(name);
        return call("head " + key, LIMIT, (storage, token) -> storage.head(key, token));
    }

    @Override
    public List<StoredObject> list(String prefix, String after, int max) throws ObjectException {
        Listing listing = new Listing(plugin, prefix, after, max);
        return call(
                "list " + plugin + "/" + prefix, LIMIT, (storage, token) -> List.copyOf(storage.list(listing, token)));
    }

    @Override
    public void delete(String name) throws ObjectException {
        ObjectKey key = key(name);
        boolean deleted = call("delete " + key, LIMIT, (storage, token) -> {
            storage.delete(key, token);
            return true;
        });
        assert deleted;
    }

    @Override
    public void cancel() {
        cancelled = true;
        open.forEach(call -> call.end(Reason.CANCELLED, CANCELLED));
    }
}
