package io.firn.tiered.commit;

import io.firn.tiered.format.ObjectBytes;
import io.firn.tiered.store.ByteRange;
import io.firn.tiered.store.CancelToken;
import io.firn.tiered.store.ObjectRead;
import io.firn.tiered.store.ObjectStore;
import java.nio.ByteBuffer;

/** An object of a bucket as the format reads it: one request per call, on the caller's thread. */
public record StoredBytes(ObjectStore store, String key, CancelToken cancel) implements ObjectBytes {
    @Override
    public ByteBuffer read(long offset, int length) {
        ByteBuffer into = ByteBuffer.allocate(length);
        if (length > 0) {
            store.read(key, new ByteRange.Exact(offset, length), into, cancel);
        }
        return into.flip();
    }

    @Override
    public Suffix suffix(int atMost) {
        ByteBuffer into = ByteBuffer.allocate(atMost);
        ObjectRead read = store.read(key, new ByteRange.Suffix(atMost), into, cancel);
        return new Suffix(read.objectBytes(), into.flip());
    }
}
