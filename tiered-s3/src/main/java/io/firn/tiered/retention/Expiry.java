package io.firn.tiered.retention;

import io.firn.spi.topic.QueueRef;
import io.firn.tiered.catalogue.QueueMap;
import io.firn.tiered.commit.Catalogue;
import io.firn.tiered.commit.ObjectRef;
import io.firn.tiered.format.FormatException;
import io.firn.tiered.format.FrameTable;
import io.firn.tiered.format.QueueRun;
import io.firn.tiered.format.RpkReader;
import io.firn.tiered.store.StoreException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds objects in which every message is too old, and moves the begin of each queue behind its frames that are. An object
 * costs one request each time something in it may have become too old, not each round. Archiver's thread, which it blocks.
 */
final class Expiry {
    private static final Logger LOG = LoggerFactory.getLogger(Expiry.class);
    private static final int LOOKS_PER_ROUND = 1000;
    private static final long SOONEST_MS = 60_000;

    private final Function<ObjectRef, RpkReader> open;
    /** When something in an object may become too old next. */
    private final Map<UUID, Long> nextLookMs = new HashMap<>();

    private RetentionRules.Now rules = new RetentionRules.Now(Map.of(), Keep.FOREVER);

    /**
     * An expiry that has seen nothing.
     *
     * @param open reads an object's index
     */
    Expiry(Function<ObjectRef, RpkReader> open) {
        this.open = open;
    }

    /** The objects that may go now, oldest first. */
    List<ObjectRef> expired(Catalogue catalogue, QueueMap queues, RetentionRules.Now now, long nowMs) {
        if (!now.equals(rules)) {
            nextLookMs.clear();
            rules = now;
        }
        List<ObjectRef> expired = new ArrayList<>();
        int looks = 0;
        for (int row = 0; row < catalogue.objects() && looks < LOOKS_PER_ROUND; row++) {
            ObjectRef object = catalogue.object(row);
            boolean due = nextLookMs.getOrDefault(object.uuid(), Long.MIN_VALUE) <= nowMs;
            if (due && mayHoldOld(catalogue, row, object, nowMs)) {
                looks++;
                long next = look(object, catalogue.latestMs(row), queues, nowMs);
                if (next == Long.MIN_VALUE) {
                    expired.add(object);
                }
                nextLookMs.put(object.uuid(), next == Long.MIN_VALUE ? nowMs : Math.max(next, nowMs + SOONEST_MS));
            }
        }
        return expired;
    }

    /** Store times rise along the log: nothing in an object is older than what the slice before it ends with. */
    private boolean mayHoldOld(Catalogue catalogue, int row, ObjectRef object, long nowMs) {
        return Keep.isOver(catalogue.earliestMs(row), rules.shortest(object.retentionClass()), nowMs);
    }

    /** When to look again; {@link Long#MIN_VALUE} when nothing in it is kept. */
    private long look(ObjectRef object, long latestMs, QueueMap queues, long nowMs) {
        try {
            RpkReader index = open.apply(object);
            return index.queues().isEmpty()
                    ? lookWithout(object, latestMs, nowMs)
                    : look(index, object.retentionClass(), queues, nowMs);
        } catch (StoreException.Missing | StoreException.Corrupt | FormatException e) {
            LOG.warn(
                    "retention leaves {} alone, it can not be read; scrub shows more: {}",
                    object.key(),
                    e.getMessage());
            return nowMs + 3_600_000;
        }
    }

    /** No messages, only the end of a segment: goes with its neighbours, segments are rebuilt from all of them. */
    private static long lookWithout(ObjectRef object, long latestMs, long nowMs) {
        long keep = Keep.ofClass(object.retentionClass());
        if (keep == Keep.FOREVER) {
            return Long.MAX_VALUE;
        }
        return Keep.isOver(latestMs, keep, nowMs) ? Long.MIN_VALUE : latestMs + keep;
    }

    private long look(RpkReader object, String retentionClass, QueueMap queues, long nowMs) {
        long next = Long.MIN_VALUE;
        for (QueueRun run : object.queues()) {
            long keep = rules.keep(run.topic(), retentionClass);
            int living = firstLiving(object.frames(), run, keep, nowMs);
            int end = run.firstFrame() + run.frames();
            if (living > run.firstFrame() && run.kind() == QueueRun.Kind.QUEUED && run.queueId() >= 0) {
                FrameTable frames = object.frames();
                queues.startAt(
                        new QueueRef(run.topic(), run.queueId()),
                        frames.firstOffset(living - 1) + frames.messages(living - 1));
            }
            if (living < end) {
                long then =
                        keep == Keep.FOREVER ? Long.MAX_VALUE : object.frames().maxMs(living) + keep;
                next = next == Long.MIN_VALUE ? then : Math.min(next, then);
            }
        }
        return next;
    }

    private static int firstLiving(FrameTable frames, QueueRun run, long keep, long nowMs) {
        int frame = run.firstFrame();
        int end = frame + run.frames();
        while (frame < end && Keep.isOver(frames.maxMs(frame), keep, nowMs)) {
            frame++;
        }
        return frame;
    }

    /** An object is gone: nothing needs to be known of it any more. */
    void forget(ObjectRef object) {
        nextLookMs.remove(object.uuid());
    }
}
