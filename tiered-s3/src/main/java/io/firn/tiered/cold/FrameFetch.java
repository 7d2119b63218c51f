package io.firn.tiered.cold;

import io.firn.tiered.format.FormatException;
import io.firn.tiered.format.FrameTable;
import io.firn.tiered.store.ByteRange;
import io.firn.tiered.store.CancelToken;
import io.firn.tiered.store.ObjectStore;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings frames into memory: from the cache, with a fetch that is under way, or by a range request of its own. Memory is
 * reserved before a request is sent; what is only read ahead gets none when it is short. Any thread; requests run on the
 * pool.
 */
final class FrameFetch {
    private static final Logger LOG = LoggerFactory.getLogger(FrameFetch.class);

    private final Lines lines;
    private final FrameCache cache;
    private final MemoryBudget budget;
    private final AtomicLong fetchedBytes = new AtomicLong();
    private final AtomicLong broken = new AtomicLong();

    /**
     * What requests go through.
     *
     * @param misses for bytes a consumer waits for
     * @param ahead for bytes one will probably want
     */
    record Lines(ObjectStore misses, ObjectStore ahead, Executor io, CancelToken cancel) {}

    FrameFetch(Lines lines, FrameCache cache, MemoryBudget budget) {
        this.lines = lines;
        this.cache = cache;
        this.budget = budget;
    }

    /** Bytes of objects fetched. */
    long fetchedBytes() {
        return fetchedBytes.get();
    }

    /** Frames that did not unpack, or not to what the index says. */
    long broken() {
        return broken.get();
    }

    /**
     * These frames, held for the caller; all or none.
     *
     * @param first the first frame wanted
     * @param end behind the last
     * @param aheadEnd frames up to here are fetched along if memory allows
     */
    CompletableFuture<List<Frame>> get(OpenObject object, int first, int end, int aheadEnd) {
        List<CompletableFuture<Frame>> wanted = new ArrayList<>();
        List<Integer> claimed = new ArrayList<>();
        for (int frame = first; frame < end; frame++) {
            FrameCache.Wanted one = cache.acquire(new FrameKey(object.ref().uuid(), frame));
            wanted.add(one.frame());
            if (one.claimed()) {
                claimed.add(frame);
            }
        }
        if (!claimed.isEmpty()) {
            List<Integer> along = claim(object, end, aheadEnd);
            for (FetchRange range : FetchRange.plan(object.index().frames(), claimed)) {
                boolean last = range.frames().getLast().equals(claimed.getLast());
                start(object, range, last ? along : List.of());
            }
        }
        return all(wanted);
    }

    /** Reads ahead: claims what is missing of these frames and fetches it, as far as memory goes. */
    void ahead(OpenObject object, int first, int end) {
        for (FetchRange range : FetchRange.plan(object.index().frames(), claim(object, first, end))) {
            if (budget.tryReserve(range.memory())) {
                submit(object, range, lines.ahead, range.memory());
            } else {
                forget(object, range.frames());
            }
        }
    }

    private List<Integer> claim(OpenObject object, int first, int end) {
        List<Integer> claimed = new ArrayList<>();
        for (int frame = first; frame < end; frame++) {
            if (cache.claim(new FrameKey(object.ref().uuid(), frame))) {
                claimed.add(frame);
            }
        }
        return claimed;
    }

    private void start(OpenObject object, FetchRange range, List<Integer> along) {
        if (!along.isEmpty()) {
            List<Integer> both = new ArrayList<>(range.frames());
            both.addAll(along);
            List<FetchRange> longer = FetchRange.plan(object.index().frames(), both);
            FetchRange head = longer.getFirst();
            Set<Integer> taken = new HashSet<>(head.frames());
            forget(
                    object,
                    along.stream().filter(frame -> !taken.contains(frame)).toList());
            if (taken.containsAll(range.frames()) && budget.tryReserve(head.memory())) {
                submit(object, head, lines.misses, head.memory());
                return;
            }
            forget(object, along.stream().filter(taken::contains).toList());
        }
        CompletableFuture<Long> reserved = budget.reserve(range.memory());
        reserved.thenAccept(bytes -> submit(object, range, lines.misses, bytes));
        if (!reserved.isDone()) {
            cache.makeRoom();
        }
    }

    private void forget(OpenObject object, List<Integer> frames) {
        for (int frame : frames) {
            cache.failed(
                    new FrameKey(object.ref().uuid(), frame),
                    new RejectedExecutionException("no memory for reading ahead"));
        }
    }

    private void submit(OpenObject object, FetchRange range, ObjectStore store, long reserved) {
        try {
            lines.io.execute(() -> fetch(object, range, store, reserved));
        } catch (RejectedExecutionException e) {
            budget.release(reserved);
            failed(object, range.frames(), e);
        }
    }

    /** On the pool: the request, then frame by frame. */
    private void fetch(OpenObject object, FetchRange range, ObjectStore store, long reserved) {
        Set<Integer> left = new HashSet<>(range.frames());
        long kept = 0;
        try (Arena arena = Arena.ofShared()) {
            ByteBuffer stored = arena.allocate(range.length()).asByteBuffer();
            store.read(object.ref().key(), new ByteRange.Exact(range.offset(), range.length()), stored, lines.cancel);
            fetchedBytes.addAndGet(range.length());
            stored.flip();
            FrameTable table = object.index().frames();
            for (int frame : range.frames()) {
                int at = (int) (table.offset(frame) - range.offset());
                Frame unpacked = unpack(object, frame, stored.slice(at, table.storedBytes(frame)), store);
                kept += unpacked.length();
                left.remove(frame);
                cache.arrived(new FrameKey(object.ref().uuid(), frame), unpacked);
            }
        } catch (RuntimeException
                | OutOfMemoryError e) { // the store's, the format's: whoever waits for a frame is told
            failed(object, List.copyOf(left), e);
        } finally {
            budget.release(reserved - kept);
            cache.makeRoom();
        }
    }

    /** A frame that is broken is asked for once more, alone: bytes break on the way too. */
    private Frame unpack(OpenObject object, int frame, ByteBuffer stored, ObjectStore store) {
        try {
            return unpacked(object, frame, stored);
        } catch (FormatException e) {
            broken.incrementAndGet();
            LOG.warn("{} frame {} is read once more: {}", object.ref().key(), frame, e.getMessage());
            try (Arena arena = Arena.ofShared()) {
                FrameTable table = object.index().frames();
                ByteBuffer again = arena.allocate(table.storedBytes(frame)).asByteBuffer();
                ByteRange range = new ByteRange.Exact(table.offset(frame), table.storedBytes(frame));
                store.read(object.ref().key(), range, again, lines.cancel);
                return unpacked(object, frame, again.flip());
            }
        }
    }

    @SuppressWarnings("MustBeClosedChecker") // the frame closes its memory when its last holder lets go
    private Frame unpacked(OpenObject object, int frame, ByteBuffer stored) {
        int raw = object.index().frames().rawBytes(frame);
        Arena arena = Arena.ofShared();
        boolean done = false;
        try {
            ByteBuffer into = arena.allocate(raw).asByteBuffer();
            object.index().unpack(frame, stored, into);
            done = true;
            return new Frame(arena, into, () -> budget.release(raw));
        } finally {
            if (!done) {
                arena.close();
            }
        }
    }

    private void failed(OpenObject object, List<Integer> frames, Throwable why) {
        frames.forEach(frame -> cache.failed(new FrameKey(object.ref().uuid(), frame), why));
    }

    /** All frames; when one fails the others are let go. */
    private static CompletableFuture<List<Frame>> all(List<CompletableFuture<Frame>> wanted) {
        return CompletableFuture.allOf(wanted.toArray(CompletableFuture<?>[]::new))
                .handle((done, failure) -> {
                    List<Frame> here = wanted.stream()
                            .filter(one -> !one.isCompletedExceptionally())
                            .map(CompletableFuture::resultNow)
                            .toList();
                    if (failure != null) {
                        here.forEach(Frame::release);
                        throw new ColdReadException("archived messages can not be read", failure);
                    }
                    return here;
                });
    }
}
