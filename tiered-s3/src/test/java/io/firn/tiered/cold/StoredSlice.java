package io.firn.tiered.cold;

import io.firn.tiered.commit.ArchiveKeys;
import io.firn.tiered.commit.ObjectRef;
import io.firn.tiered.format.RpkOptions;
import io.firn.tiered.format.RpkSummary;
import io.firn.tiered.format.RpkWriter;
import io.firn.tiered.format.SliceRange;
import io.firn.tiered.store.CancelToken;
import io.firn.tiered.store.ObjectStore;
import io.firn.tiered.store.Payload;
import io.firn.tiered.store.PutOptions;
import io.firn.tiered.store.StoredObject;
import io.firn.tiered.store.WriteId;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/** Puts a slice of the log into a store, in frames of 1 KiB. */
final class StoredSlice {
    private StoredSlice() {}

    static ObjectRef put(ObjectStore store, ArchiveKeys keys, long base, ByteBuffer bytes, Random random) {
        UUID uuid = new UUID(random.nextLong(), random.nextLong());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RpkSummary summary = RpkWriter.write(
                new SliceRange(bytes, base, uuid, "all", topic -> true, Map.of()), new RpkOptions(1 << 10, 1), part -> {
                    byte[] copy = new byte[part.remaining()];
                    part.get(copy);
                    out.writeBytes(copy);
                });
        String key = keys.object("all", base, base + bytes.remaining(), 1, uuid);
        StoredObject stored = store.put(
                key, Payload.of(out.toByteArray()), PutOptions.createOnly(WriteId.random(random)), CancelToken.none());
        return new ObjectRef(key, uuid, stored.lengthBytes(), stored.crc32c(), summary.maxMs(), "all");
    }
}
