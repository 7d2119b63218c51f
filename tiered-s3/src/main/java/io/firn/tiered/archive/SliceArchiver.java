package io.firn.tiered.archive;

import io.firn.spi.read.BrokerReader;
import io.firn.spi.read.SegmentLease;
import io.firn.tiered.commit.ArchiveKeys;
import io.firn.tiered.commit.ObjectRef;
import io.firn.tiered.commit.ReadBack;
import io.firn.tiered.format.FormatException;
import io.firn.tiered.format.RpkReader;
import io.firn.tiered.format.RpkSummary;
import io.firn.tiered.format.RpkWriter;
import io.firn.tiered.format.SliceRange;
import io.firn.tiered.store.CancelToken;
import io.firn.tiered.store.PutMode;
import io.firn.tiered.store.PutOptions;
import io.firn.tiered.store.StoreException;
import io.firn.tiered.store.StoredObject;
import io.firn.tiered.store.WriteId;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes one object of a slice and proves that the bucket gives it back. Holds the segment meanwhile, and lets go of it
 * whatever happens. Archiver's thread, which it blocks.
 */
final class SliceArchiver {
    private static final Logger LOG = LoggerFactory.getLogger(SliceArchiver.class);

    /** The only retention class so far: objects go with their slice. */
    private static final String RETENTION_CLASS = "all";

    private final BrokerReader reader;
    private final ObjectUpload.Route route;
    private final ArchiveKeys keys;
    private final Map<String, String> meta;
    private final RandomGenerator random;

    SliceArchiver(
            BrokerReader reader,
            ObjectUpload.Route route,
            ArchiveKeys keys,
            Map<String, String> meta,
            RandomGenerator random) {
        this.reader = reader;
        this.route = route;
        this.keys = keys;
        this.meta = meta;
        this.random = random;
    }

    /**
     * An object in the bucket that was read back.
     *
     * @param index as it was read back
     */
    record Archived(ObjectRef object, RpkReader index) {}

    /**
     * Uploads and reads back.
     *
     * @return null when the segment is gone
     * @throws StoreException the store failed; what was sent is thrown away or found by a later collection
     * @throws FormatException the store gave other bytes back, or the log's bytes are damaged
     */
    @Nullable
    Archived archive(Cut cut, long epoch) {
        try (SegmentLease lease = reader.lease(cut.from())) {
            if (lease == null || lease.from() > cut.from() || lease.to() < cut.to()) {
                return null;
            }
            int at = (int) (cut.from() - lease.from());
            ByteBuffer bytes = lease.bytes();
            ByteBuffer slice = bytes.slice(bytes.position() + at, (int) (cut.to() - cut.from()));
            UUID uuid = new UUID(random.nextLong(), random.nextLong());
            String key = keys.object(RETENTION_CLASS, cut.from(), cut.to(), epoch, uuid);
            ObjectRef object =
                    upload(new SliceRange(slice, cut.from(), uuid, RETENTION_CLASS, topic -> true, meta), key);
            return new Archived(object, readBack(object, slice, cut.from()));
        }
    }

    private ObjectRef upload(SliceRange slice, String key) {
        PutOptions options = new PutOptions(
                PutMode.OVERWRITE, WriteId.random(random), route.packing().storageClass(), Map.of());
        ObjectUpload upload = new ObjectUpload(route, key, options);
        boolean done = false;
        try {
            RpkSummary summary = RpkWriter.write(slice, route.packing().format(), upload);
            StoredObject stored = upload.finish();
            done = true;
            return new ObjectRef(
                    key, slice.uuid(), stored.lengthBytes(), stored.crc32c(), summary.maxMs(), RETENTION_CLASS);
        } finally {
            if (!done) {
                upload.abandon();
            }
        }
    }

    private RpkReader readBack(ObjectRef object, ByteBuffer slice, long base) {
        try {
            return new ReadBack(route.store(), route.packing().verifyFrames(), random)
                    .check(object, slice, base, route.cancel());
        } catch (FormatException e) {
            discard(object.key());
            throw e;
        }
    }

    /** Throws an object away that no record names. */
    private void discard(String key) {
        try {
            route.store().delete(key, route.cancel());
        } catch (StoreException e) {
            LOG.info("{} is of no use and stays until orphans are collected: {}", key, e.getMessage());
        }
    }

    CancelToken cancel() {
        return route.cancel();
    }
}
