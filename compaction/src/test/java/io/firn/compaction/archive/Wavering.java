package io.firn.compaction.archive;

import io.firn.spi.contract.CancelToken;
import io.firn.spi.fake.FakeObjectStorage;
import io.firn.spi.objects.ObjectContent;
import io.firn.spi.objects.ObjectException;
import io.firn.spi.objects.ObjectException.Reason;
import io.firn.spi.objects.ObjectKey;
import io.firn.spi.objects.ObjectStorage;
import io.firn.spi.objects.StoredObject;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/** Objects in memory, behind calls that fail when a test says so, before or after they had their effect. One thread. */
final class Wavering implements ObjectStorage {

    final FakeObjectStorage objects = new FakeObjectStorage();
    /** Names that were put since a test cleared them. */
    final List<String> put = new ArrayList<>();

    private long failAt = Long.MAX_VALUE;
    private boolean lastsFailing;
    private long calls;
    private boolean attests = true;
    private String flips = " ";

    /** Calls fail from the one with this number on, counted from now; whether that one has its effect is by its parity. */
    void failFrom(long call) {
        calls = 0;
        failAt = call;
        lastsFailing = true;
    }

    /** All is well again. */
    void mend() {
        lastsFailing = false;
        failAt = Long.MAX_VALUE;
    }

    /** Whether it failed a call since the last {@link #failFrom}. */
    boolean hasFailed() {
        return calls >= failAt;
    }

    /** It attests no checksums. */
    void attestNothing() {
        attests = false;
    }

    /** What is put under names with this in them has one other byte. */
    void flip(String part) {
        flips = part;
    }

    private interface Effect<T> {
        T of() throws ObjectException;
    }

    private <T> T call(Effect<T> effect) throws ObjectException {
        calls++;
        if (calls > failAt && lastsFailing) {
            throw new ObjectException(Reason.PASSING, "the storage is away");
        }
        if (calls == failAt && lastsFailing) {
            if (calls % 2 == 0) {
                effect.of();
            }
            throw new ObjectException(Reason.PASSING, "the storage goes away");
        }
        return effect.of();
    }

    @Override
    public StoredObject put(ObjectKey key, ObjectContent content, CancelToken token) throws ObjectException {
        return call(() -> {
            StoredObject stored = objects.put(key, content, token);
            put.add(key.name());
            if (key.name().contains(flips)) {
                objects.objects().get(key)[0] ^= 1;
            }
            return stored;
        });
    }

    @Override
    public void read(ObjectKey key, long offset, ByteBuffer into, CancelToken token) throws ObjectException {
        call(() -> {
            objects.read(key, offset, into, token);
            return key;
        });
    }

    @Override
    public StoredObject head(ObjectKey key, CancelToken token) throws ObjectException {
        return call(() -> {
            StoredObject head = objects.head(key, token);
            return attests ? head : new StoredObject(head.name(), head.lengthBytes(), OptionalInt.empty());
        });
    }

    @Override
    public List<StoredObject> list(Listing listing, CancelToken token) throws ObjectException {
        return call(() -> objects.list(listing, token));
    }

    @Override
    public void delete(ObjectKey key, CancelToken token) throws ObjectException {
        call(() -> {
            objects.delete(key, token);
            return key;
        });
    }
}
