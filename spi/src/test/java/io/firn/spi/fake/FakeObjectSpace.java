package io.firn.spi.fake;

import io.firn.spi.objects.ObjectContent;
import io.firn.spi.objects.ObjectException;
import io.firn.spi.objects.ObjectException.Reason;
import io.firn.spi.objects.ObjectKey;
import io.firn.spi.objects.ObjectSpace;
import io.firn.spi.objects.ObjectStorage;
import io.firn.spi.objects.StoredObject;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A plugin's part of an object storage that a test brings and takes away; none at first. Calls run on the caller's thread. */
public final class FakeObjectSpace implements ObjectSpace {

    private final String plugin;
    private final FakeCancelToken token = new FakeCancelToken();
    private volatile @Nullable ObjectStorage storage;
    private volatile State without = State.ABSENT;

    /** For the plugin with this id. */
    public FakeObjectSpace(String plugin) {
        this.plugin = plugin;
    }

    /** There is storage. */
    public void provide(ObjectStorage present) {
        storage = present;
    }

    /** There is none any more, or none yet. */
    public void leave(State state) {
        without = state;
        storage = null;
    }

    @Override
    public State state() {
        return storage == null ? without : State.READY;
    }

    private ObjectStorage storage(String what) throws ObjectException {
        ObjectStorage present = storage;
        if (present == null) {
            throw new ObjectException(Reason.UNAVAILABLE, what + ": no plugin keeps objects");
        }
        return present;
    }

    @Override
    public StoredObject put(String name, ObjectContent content) throws ObjectException {
        return storage("put " + name).put(new ObjectKey(plugin, name), content, token);
    }

    @Override
    public ByteBuffer read(String name, long offset, int length) throws ObjectException {
        if (offset < 0 || length < 1) {
            throw new IllegalArgumentException(length + " bytes from " + offset + " of " + name);
        }
        ByteBuffer into = ByteBuffer.allocate(length);
        storage("read " + name).read(new ObjectKey(plugin, name), offset, into, token);
        return into.flip();
    }

    @Override
    public StoredObject head(String name) throws ObjectException {
        return storage("head " + name).head(new ObjectKey(plugin, name), token);
    }

    @Override
    public List<StoredObject> list(String prefix, String after, int max) throws ObjectException {
        return storage("list " + prefix).list(new ObjectStorage.Listing(plugin, prefix, after, max), token);
    }

    @Override
    public void delete(String name) throws ObjectException {
        storage("delete " + name).delete(new ObjectKey(plugin, name), token);
    }

    @Override
    public void cancel() {
        token.cancel();
    }
}
