package io.firn.compaction.queue;

import io.firn.compaction.pass.Policy;
import io.firn.compaction.store.CompactedQueue;
import io.firn.compaction.store.View;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The generations of one queue that readers have leased: their files stay, and no tombstone goes because of its age, so that a
 * reader who has seen an old record of a key meets what deleted it, however slow he is. Any thread.
 */
final class QueueLeases {

    private final CompactedQueue queue;
    private final Map<String, View> views = new ConcurrentHashMap<>();

    QueueLeases(CompactedQueue queue) {
        this.queue = queue;
    }

    /** Leases the present generation, whose number is returned. */
    long open(String id) {
        View view = queue.acquire();
        views.put(id, view);
        return view.manifest().generation();
    }

    /** Gives a lease back. Idempotent. */
    void close(String id) {
        View view = views.remove(id);
        if (view != null) {
            view.release();
        }
    }

    /** Gives all back. */
    void close() {
        for (String id : views.keySet()) {
            close(id);
        }
    }

    /** The leased generation, to be released by the caller; null when there is no such lease any more. */
    @Nullable
    View view(String id) {
        View view = views.get(id);
        return view != null && view.tryRetain() ? view : null;
    }

    /** What a pass may do while these leases last. */
    Policy spare(Policy policy) {
        return views.isEmpty() ? policy : policy.withoutAging();
    }
}
