package io.firn.tiered.commit;

import io.firn.tiered.store.CancelToken;
import io.firn.tiered.store.ListPage;
import io.firn.tiered.store.ObjectStore;
import io.firn.tiered.store.Payload;
import io.firn.tiered.store.PutOptions;
import io.firn.tiered.store.StoreException;
import io.firn.tiered.store.WriteId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Below which sequence number log records may have been deleted: a create-only series of its own, numbered from 1, whose
 * values never fall and whose objects are never deleted. Raised before the first record below it is deleted. Whoever
 * created a record looks here afterwards: a record below the boundary took a number that was used before, and is void.
 * Owned by the thread of its {@link ArchiveLog}.
 */
class BoundarySeries {
    private static final Logger LOG = LoggerFactory.getLogger(BoundarySeries.class);
    private static final int OBJECT_BYTES = 64;

    private final ObjectStore store;
    private final ArchiveKeys keys;
    private long number;
    private long lowest = 1;

    BoundarySeries(ObjectStore store, ArchiveKeys keys) {
        this.store = store;
        this.keys = keys;
    }

    /** Reads what is new; returns the lowest sequence number that still counts. */
    long refresh(CancelToken cancel) {
        String after = number == 0 ? null : keys.boundary(number);
        for (ListPage page = page(after, cancel); ; page = page(page.next(), cancel)) {
            List<ListPage.Entry> entries = page.objects();
            if (!entries.isEmpty()) {
                read(entries.getLast().key(), cancel);
            }
            if (page.next() == null) {
                return lowest;
            }
        }
    }

    /** What counts now that a record was created: the check that closes the reuse of deleted numbers. */
    long afterCreate(CancelToken cancel) {
        return refresh(cancel);
    }

    private ListPage page(@Nullable String after, CancelToken cancel) {
        return store.list(keys.root() + "boundary/", after, 1000, cancel);
    }

    private void read(String key, CancelToken cancel) {
        long found = LogBytes.read(key, LogBytes.BOUNDARY, store.readAll(key, OBJECT_BYTES, cancel), in -> {
            if (in.readLong() != ArchiveKeys.numberOf(key)) {
                throw new CorruptArchive(key + ": holds another number");
            }
            return in.readLong();
        });
        if (found < lowest) {
            throw new CorruptArchive(key + ": boundary falls from " + lowest + " to " + found);
        }
        number = ArchiveKeys.numberOf(key);
        lowest = found;
    }

    /** Makes records below {@code seq} deletable; does nothing when they are already. */
    void raise(long seq, WriteId writeId, CancelToken cancel) {
        while (refresh(cancel) < seq) {
            long next = number + 1;
            byte[] bytes = LogBytes.write(LogBytes.BOUNDARY, out -> {
                out.writeLong(next);
                out.writeLong(seq);
            });
            try {
                store.put(keys.boundary(next), Payload.of(bytes), PutOptions.createOnly(writeId), cancel);
            } catch (StoreException.Fenced e) {
                LOG.info("somebody raised the boundary meanwhile, looking how far: {}", e.getMessage());
            }
        }
    }
}
