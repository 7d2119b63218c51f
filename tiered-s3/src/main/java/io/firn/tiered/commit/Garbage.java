package io.firn.tiered.commit;

import io.firn.tiered.store.CancelToken;
import io.firn.tiered.store.DeleteFailure;
import io.firn.tiered.store.ListPage;
import io.firn.tiered.store.ObjectStore;
import io.firn.tiered.store.UploadPage;
import io.firn.tiered.store.UploadRef;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What leaves the bucket: first a DROP record says so, then readers get a grace, then the object is deleted. What a crash
 * leaves behind, objects that no record names and uploads that never ended, is found by its epoch; no clock of another
 * machine is trusted. Owned by the thread of its {@link ArchiveLog}, which it blocks.
 */
public final class Garbage {
    /** What one request deletes, and one record drops. */
    public static final int BATCH = 1000;

    private static final Logger LOG = LoggerFactory.getLogger(Garbage.class);

    private final ArchiveLog log;
    private final ObjectStore store;
    private final ArchiveKeys keys;
    private final Duration grace;
    private final LongSupplier nanos;
    private final Map<UUID, Waiting> waiting = new LinkedHashMap<>();

    /**
     * An object on its way out.
     *
     * @param sinceNs when its drop was known to be committed; null while that is open
     */
    private record Waiting(String key, @Nullable Long sinceNs) {
        boolean isOver(long nowNs, Duration grace) {
            return sinceNs == null || nowNs - sinceNs >= grace.toNanos();
        }
    }

    /**
     * The garbage of one writer.
     *
     * @param store for listing and deleting
     * @param grace readers that follow a reference of a moment ago still find the object
     * @param nanos a monotonic clock
     */
    public Garbage(ArchiveLog log, ObjectStore store, ArchiveKeys keys, Duration grace, LongSupplier nanos) {
        this.log = log;
        this.store = store;
        this.keys = keys;
        this.grace = grace;
        this.nanos = nanos;
    }

    /** Commits that these, at most {@link #BATCH}, are no longer part of the archive; {@link #sweep} deletes them later. */
    public void drop(List<ObjectRef> gone, CancelToken cancel) {
        if (gone.isEmpty() || gone.size() > BATCH) {
            throw new IllegalArgumentException("1 to " + BATCH + " objects are dropped at a time, not " + gone.size());
        }
        gone.forEach(object -> waiting.put(object.uuid(), new Waiting(object.key(), null)));
        log.drop(gone.stream().map(ObjectRef::uuid).toList(), cancel);
        long now = nanos.getAsLong();
        gone.forEach(object -> waiting.put(object.uuid(), new Waiting(object.key(), now)));
    }

    /** How many objects are dropped and not deleted yet. */
    public int waiting() {
        return waiting.size();
    }

    /** Deletes what was dropped longer ago than the grace; returns how many. */
    public int sweep(CancelToken cancel) {
        long now = nanos.getAsLong();
        if (waiting.values().stream().noneMatch(entry -> entry.isOver(now, grace))) {
            return 0;
        }
        log.confirm(cancel);
        Map<String, UUID> due = due(now);
        return delete(List.copyOf(due.keySet()), cancel, key -> waiting.remove(due.get(key)));
    }

    private Map<String, UUID> due(long now) {
        Map<String, UUID> due = new LinkedHashMap<>();
        for (Iterator<Map.Entry<UUID, Waiting>> all = waiting.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<UUID, Waiting> entry = all.next();
            Waiting object = entry.getValue();
            if (log.catalogue().has(entry.getKey())) {
                all.remove(); // its drop was never committed
            } else if (object.sinceNs == null) {
                entry.setValue(new Waiting(object.key, now));
            } else if (object.isOver(now, grace)) {
                due.put(object.key, entry.getKey());
            }
        }
        return due;
    }

    /** Told of each object that is gone. */
    @FunctionalInterface
    private interface Gone {
        void deleted(String key);
    }

    /** Before each batch the head is read again: a writer that lost its place deletes nothing more. */
    private int delete(List<String> all, CancelToken cancel, Gone gone) {
        int deleted = 0;
        for (int from = 0; from < all.size(); from += BATCH) {
            List<String> batch = all.subList(from, Math.min(all.size(), from + BATCH));
            if (from > 0) {
                log.confirm(cancel);
            }
            List<DeleteFailure> failures = store.deleteAll(batch, cancel);
            Set<String> left =
                    Set.copyOf(failures.stream().map(DeleteFailure::key).toList());
            for (String key : batch) {
                if (!left.contains(key)) {
                    gone.deleted(key);
                    deleted++;
                }
            }
            failures.stream()
                    .findFirst()
                    .ifPresent(one -> LOG.warn(
                            "{} of {} objects are not deleted, the first: {}", failures.size(), batch.size(), one));
        }
        return deleted;
    }

    /**
     * Deletes objects of earlier epochs that nothing references; returns how many. Needs no clock, see ADR 10; but call it
     * later than a grace after the fence, else readers lose what an earlier writer has just dropped. What is older than
     * the last rebuild of the catalogue stays.
     */
    public int collectOrphans(CancelToken cancel) {
        List<ListPage.Entry> objects = store.listAll(keys.data(), cancel);
        log.confirm(cancel);
        Set<UUID> referenced = log.catalogue().references();
        List<String> orphans = new ArrayList<>();
        for (ListPage.Entry object : objects) {
            UUID uuid = ArchiveKeys.uuidOf(object.key());
            if (uuid != null && isPast(ArchiveKeys.epochOf(object.key())) && !referenced.contains(uuid)) {
                orphans.add(object.key());
            }
        }
        return delete(orphans, cancel, key -> LOG.debug("orphan {} is deleted", key));
    }

    /** Of an earlier writer, and not from before a rebuild of the catalogue: that may have left out what it could not read. */
    private boolean isPast(long epoch) {
        return epoch < log.epoch() && epoch >= CatalogueRebuild.firstEpochSince(log.epoch());
    }

    /** Throws away the parts that writers of earlier epochs left; returns how many uploads. */
    public int abortUploads(CancelToken cancel) {
        log.confirm(cancel);
        int aborted = 0;
        UploadPage.Entry after = null;
        do {
            UploadPage page = store.listUploads(keys.data(), after, cancel);
            for (UploadPage.Entry upload : page.uploads()) {
                long epoch = ArchiveKeys.epochOf(upload.key());
                if (epoch >= 0 && epoch < log.epoch()) {
                    store.abortUpload(new UploadRef(upload.key(), upload.uploadId()), cancel);
                    aborted++;
                }
            }
            after = page.next();
        } while (after != null);
        return aborted;
    }
}
