package io.firn.tiered.state;

import io.firn.tiered.commit.ArchiveKeys;
import io.firn.tiered.store.CancelToken;
import io.firn.tiered.store.ListPage;
import io.firn.tiered.store.ObjectStore;
import io.firn.tiered.store.StoreException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The snapshots in the bucket, by writer's epoch and number. Any thread that may block. */
public record StateSeries(ObjectStore store, ArchiveKeys keys) {
    private static final Logger LOG = LoggerFactory.getLogger(StateSeries.class);
    private static final int STATE_BYTES = 256 << 20;

    /** A snapshot and where it lies. */
    public record Found(String key, BrokerState state) {}

    /**
     * The newest snapshot that can be read; null when there is none at all.
     *
     * @throws DamagedState there are some, and none of them can be read
     */
    public @Nullable Found newest(CancelToken cancel) {
        List<String> all = keys(cancel);
        for (String key : all.reversed()) {
            try {
                return new Found(key, StateBytes.decode(key, store.readAll(key, STATE_BYTES, cancel)));
            } catch (StoreException.Missing | StoreException.Corrupt | DamagedState e) {
                LOG.warn("passing over snapshot {}: {}", key, e.getMessage());
            }
        }
        if (all.isEmpty()) {
            return null;
        }
        throw new DamagedState("none of the " + all.size() + " snapshots of topics and groups below " + keys.states()
                + " can be read; move them away to go on without them");
    }

    /**
     * The newest snapshot, without reading it again when it is the one that is known.
     *
     * @throws DamagedState there are some, and none of them can be read
     */
    public @Nullable Found newestUnless(@Nullable Found known, CancelToken cancel) {
        List<String> all = keys(cancel);
        return known != null && !all.isEmpty() && all.getLast().equals(known.key) ? known : newest(cancel);
    }

    /** All snapshots, oldest first. */
    List<String> keys(CancelToken cancel) {
        return store.listAll(keys.states(), cancel).stream()
                .map(ListPage.Entry::key)
                .toList();
    }
}
