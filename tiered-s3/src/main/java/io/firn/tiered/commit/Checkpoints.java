package io.firn.tiered.commit;

import io.firn.tiered.store.CancelToken;
import io.firn.tiered.store.ListPage;
import io.firn.tiered.store.ObjectStore;
import io.firn.tiered.store.Payload;
import io.firn.tiered.store.PutOptions;
import io.firn.tiered.store.StoreException;
import io.firn.tiered.store.WriteId;
import java.util.List;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Catalogues in the bucket, each named by the last record it has taken in. Owned by the thread of its {@link ArchiveLog}. */
record Checkpoints(ObjectStore store, ArchiveKeys keys, RandomGenerator random) {
    private static final Logger LOG = LoggerFactory.getLogger(Checkpoints.class);
    private static final int MOST_BYTES = 256 << 20;

    /** The newest that can be read; {@link Catalogue#EMPTY} when there is none. */
    Catalogue newest(CancelToken cancel) {
        for (String key : list(keys.checkpoints(), cancel).reversed()) {
            try {
                return read(key, cancel);
            } catch (StoreException.Missing | StoreException.Corrupt | CorruptArchive e) {
                LOG.warn("passing over checkpoint {}: {}", key, e.getMessage());
            }
        }
        return Catalogue.EMPTY;
    }

    private Catalogue read(String key, CancelToken cancel) {
        return Catalogue.decode(key, store.readAll(key, MOST_BYTES, cancel));
    }

    private List<String> list(String prefix, CancelToken cancel) {
        return store.listAll(prefix, cancel).stream().map(ListPage.Entry::key).toList();
    }

    /** Writes one more. */
    void write(Catalogue catalogue, CancelToken cancel) {
        String key = keys.checkpoint(catalogue.seq());
        try {
            store.put(key, Payload.of(catalogue.encode()), PutOptions.createOnly(WriteId.random(random)), cancel);
        } catch (StoreException.Fenced e) {
            LOG.info("checkpoint {} is there already: the same records make the same checkpoint", key);
        }
    }

    /** Deletes records and checkpoints that two readable checkpoints cover; raises the boundary first. */
    void trim(BoundarySeries boundary, CancelToken cancel) {
        List<String> checkpoints = list(keys.checkpoints(), cancel);
        if (checkpoints.size() < 2) {
            return;
        }
        for (String key : checkpoints.subList(checkpoints.size() - 2, checkpoints.size())) {
            read(key, cancel);
        }
        long covered = ArchiveKeys.numberOf(checkpoints.get(checkpoints.size() - 2));
        boundary.raise(covered + 1, WriteId.random(random), cancel);
        deleteBelow(list(keys.records(), cancel), covered + 1, cancel);
        deleteBelow(checkpoints, covered, cancel);
    }

    private void deleteBelow(List<String> numbered, long seq, CancelToken cancel) {
        for (String key : numbered) {
            if (ArchiveKeys.numberOf(key) < seq) {
                store.delete(key, cancel);
            }
        }
    }
}
