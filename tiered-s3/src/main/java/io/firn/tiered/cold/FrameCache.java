package io.firn.tiered.cold;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Frames in memory and on their way. A frame that is being fetched is fetched once however many want it. Two lines (2Q): new
 * frames stand in the first and leave it in the order they came, however often they are read meanwhile; one that comes back
 * soon after it left stands in the second, which the least used leaves first. A scan passes through the first line only. Failed fetches are forgotten before anybody hears of them. Any thread.
 */
final class FrameCache {
    private static final int GHOSTS = 4096;

    private final MemoryBudget budget;
    private final Map<FrameKey, Pending> pending = new HashMap<>();
    private final LinkedHashMap<FrameKey, Frame> recent = new LinkedHashMap<>();
    private final LinkedHashMap<FrameKey, Frame> kept = new LinkedHashMap<>(16, 0.75f, true);
    private final LinkedHashMap<FrameKey, Boolean> ghosts = new LinkedHashMap<>();
    private long keptBytes;
    private long hits;
    private long misses;

    /** A frame on its way, how many will hold it, and the group of the first of them. */
    private static final class Pending {
        private final CompletableFuture<Frame> arrival = new CompletableFuture<>();
        private int waiters;
        private @Nullable String group;
    }

    FrameCache(MemoryBudget budget) {
        this.budget = budget;
    }

    /**
     * What a look-up gives.
     *
     * @param frame held for the caller once it is there; the caller lets go of it
     * @param claimed the caller has to fetch it, and to say so by {@link #arrived} or {@link #failed}
     */
    record Wanted(CompletableFuture<Frame> frame, boolean claimed) {}

    /** Asks for a frame, and holds it, for a group. */
    synchronized Wanted acquire(FrameKey key, String group) {
        Frame here = lookUp(key);
        if (here != null) {
            here.retain();
            hits++;
            return new Wanted(CompletableFuture.completedFuture(here), false);
        }
        Pending way = pending.get(key);
        boolean claimed = way == null;
        if (way == null) {
            way = new Pending();
            pending.put(key, way);
            misses++;
        }
        way.waiters++;
        if (way.group == null) {
            way.group = group;
        }
        return new Wanted(way.arrival, claimed);
    }

    /** Claims a frame for reading ahead; false when it is here or on its way. Nobody holds it on arrival. */
    synchronized boolean claim(FrameKey key) {
        if (recent.containsKey(key) || kept.containsKey(key) || pending.containsKey(key)) {
            return false;
        }
        pending.put(key, new Pending());
        return true;
    }

    /** Whether a frame is here now. */
    synchronized boolean has(FrameKey key) {
        return recent.containsKey(key) || kept.containsKey(key);
    }

    private @Nullable Frame lookUp(FrameKey key) {
        Frame old = kept.get(key);
        return old != null ? old : recent.get(key);
    }

    /** A frame that was claimed is here; it is held once, by the cache. */
    void arrived(FrameKey key, Frame frame) {
        Pending way;
        synchronized (this) {
            way = pending.remove(key);
            for (int i = 0; way != null && i < way.waiters; i++) {
                frame.retain();
            }
            if (ghosts.remove(key) != null) {
                kept.put(key, frame);
                keptBytes += frame.length();
            } else {
                recent.put(key, frame);
            }
        }
        if (way != null) {
            way.arrival.complete(frame);
        }
        makeRoom();
    }

    /** A frame that was claimed does not come. */
    void failed(FrameKey key, Throwable why) {
        Pending way;
        synchronized (this) {
            way = pending.remove(key);
        }
        if (way != null) {
            way.arrival.completeExceptionally(why);
        }
    }

    /**
     * A frame claimed for reading ahead is not fetched for that. The group that waits for it by now, for which it stays
     * claimed; null, and forgotten, when nobody does.
     */
    synchronized @Nullable String giveUp(FrameKey key) {
        Pending way = pending.get(key);
        if (way == null || way.group == null) {
            pending.remove(key);
            return null;
        }
        return way.group;
    }

    /** A request has ended and keeps so many of its bytes; those who wait for memory get what it leaves. */
    void settle(MemoryBudget.Reservation room, long kept) {
        budget.settle(room, kept);
        makeRoom();
    }

    /** Lets go of frames until those who wait for memory have it, or nothing idle is left. */
    void makeRoom() {
        for (long missing = budget.missing(); missing > 0; missing = budget.missing()) {
            List<Frame> gone = evict(missing);
            if (gone.isEmpty()) {
                return;
            }
            gone.forEach(Frame::release);
        }
    }

    private synchronized List<Frame> evict(long wanted) {
        List<Frame> gone = new ArrayList<>();
        long freed = 0;
        boolean secondLine = keptBytes > budget.limit() / 2;
        for (Iterator<Map.Entry<FrameKey, Frame>> all =
                        (secondLine ? kept : recent).entrySet().iterator();
                all.hasNext() && freed < wanted; ) {
            freed += evicted(all, secondLine, gone);
        }
        for (Iterator<Map.Entry<FrameKey, Frame>> all =
                        (secondLine ? recent : kept).entrySet().iterator();
                all.hasNext() && freed < wanted; ) {
            freed += evicted(all, !secondLine, gone);
        }
        return gone;
    }

    private long evicted(Iterator<Map.Entry<FrameKey, Frame>> at, boolean fromKept, List<Frame> gone) {
        Map.Entry<FrameKey, Frame> next = at.next();
        Frame frame = next.getValue();
        if (!frame.isIdle()) {
            return 0;
        }
        at.remove();
        if (fromKept) {
            keptBytes -= frame.length();
        } else {
            ghosts.put(next.getKey(), true);
            if (ghosts.size() > GHOSTS) {
                ghosts.remove(ghosts.firstEntry().getKey());
            }
        }
        gone.add(frame);
        return frame.length();
    }

    /** Lets go of everything; what readers hold is freed when they let go. */
    void clear() {
        List<Frame> gone = new ArrayList<>();
        synchronized (this) {
            gone.addAll(recent.values());
            gone.addAll(kept.values());
            recent.clear();
            kept.clear();
            keptBytes = 0;
        }
        gone.forEach(Frame::release);
    }

    synchronized long hits() {
        return hits;
    }

    synchronized long misses() {
        return misses;
    }
}
