package io.firn.tiered.state;

import io.firn.tiered.commit.ArchiveKeys;
import io.firn.tiered.store.CancelToken;
import io.firn.tiered.store.ListPage;
import io.firn.tiered.store.ObjectStore;
import io.firn.tiered.store.StoreException;
import java.util.ArrayList;
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

    /** The newest snapshot that can be read; null when there is none. */
    public @Nullable Found newest(CancelToken cancel) {
        for (String key : keys(cancel).reversed()) {
            try {
                return new Found(key, StateBytes.decode(key, store.readAll(key, STATE_BYTES, cancel)));
            } catch (StoreException.Missing | StoreException.Corrupt | DamagedState e) {
                LOG.warn("passing over snapshot {}: {}", key, e.getMessage());
            }
        }
        return null;
    }

    /** All snapshots, oldest first. */
    List<String> keys(CancelToken cancel) {
        List<String> found = new ArrayList<>();
        String after = null;
        do {
            ListPage page = store.list(keys.states(), after, 1000, cancel);
            page.objects().forEach(entry -> found.add(entry.key()));
            after = page.next();
        } while (after != null);
        return found;
    }
}
