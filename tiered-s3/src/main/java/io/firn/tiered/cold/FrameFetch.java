package io.firn.tiered.cold;

import io.firn.tiered.format.FormatException;
import io.firn.tiered.format.FrameTable;
import io.firn.tiered.store.ByteRange;
import io.firn.tiered.store.CancelToken;
import io.firn.tiered.store.ObjectStore;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings frames into memory: from the cache, with a fetch that is under way, or by a range request of its own. Memory is
 * reserved before a request is sent, in the name of the group that reads; what is only read ahead gets none when it is
 * short. Any thread; requests run on the pool.
 */
final class FrameFetch {
    private static final Logger LOG = LoggerFactory.getLogger(FrameFetch.class);

    /** How long a request waits for memory before its read is refused; a consumer asks again. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Lines lines;
    private final FrameCache cache;
    private final MemoryBudget budget;
    private final HedgedReads hedged;
    private final AtomicLong fetchedBytes = new AtomicLong();
    private final AtomicLong broken = new AtomicLong();

    /**
     * What requests go through.
     *
     * @param misses for bytes a consumer waits for
     * @param ahead for bytes one will probably want
     */
    record Lines(ObjectStore misses, ObjectStore ahead, Executor io, CancelToken cancel) {}

    /** Whether somebody waits. */
    private enum Line {
        MISS,
        AHEAD
    }

    /** One request: frames that were claimed, for a group. */
    private record Fetch(String group, OpenObject object, FetchRange range, Line line) {
        ByteRange.Exact bytes() {
            return new ByteRange.Exact(range.offset(), range.length());
        }
    }

    FrameFetch(Lines lines, FrameCache cache, MemoryBudget budget, HedgedReads hedged) {
        this.lines = lines;
        this.cache = cache;
        this.budget = budget;
        this.hedged = hedged;
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
     * @param group who reads; empty for nobody in particular
     * @param first the first frame wanted
     * @param end behind the last
     * @param aheadEnd frames up to here are fetched along if memory allows
     */
    CompletableFuture<List<Frame>> get(String group, OpenObject object, int first, int end, int aheadEnd) {
        List<CompletableFuture<Frame>> wanted = new ArrayList<>();
        List<Integer> claimed = new ArrayList<>();
        for (int frame = first; frame < end; frame++) {
            FrameCache.Wanted one = cache.acquire(new FrameKey(object.ref().uuid(), frame), group);
            wanted.add(one.frame());
            if (one.claimed()) {
                claimed.add(frame);
            }
        }
        if (!claimed.isEmpty()) {
            List<Integer> along = claim(object, end, aheadEnd);
            for (FetchRange range : plan(object, claimed)) {
                boolean last = range.frames().getLast().equals(claimed.getLast());
                start(new Fetch(group, object, range, Line.MISS), last ? along : List.of());
            }
        }
        return all(wanted);
    }

    private List<FetchRange> plan(OpenObject object, List<Integer> frames) {
        return FetchRange.plan(object.index().frames(), frames, budget.limit());
    }

    /** Reads ahead: claims what is missing of these frames and fetches it, as far as memory goes. */
    void ahead(String group, OpenObject object, int first, int end) {
        for (FetchRange range : plan(object, claim(object, first, end))) {
            MemoryBudget.Reservation room = budget.tryReserve(group, range.memory());
            if (room != null) {
                submit(new Fetch(group, object, range, Line.AHEAD), room);
            } else {
                giveUp(object, range.frames());
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

    private void start(Fetch fetch, List<Integer> along) {
        if (!along.isEmpty() && startLonger(fetch, along)) {
            return;
        }
        CompletableFuture<MemoryBudget.Reservation> reserved = budget.reserve(fetch.group, fetch.range.memory());
        reserved.thenAccept(room -> submit(fetch, room));
        if (!reserved.isDone()) {
            cache.makeRoom();
            limitWait(fetch, reserved);
        }
    }

    /** Reads hold the frames they have while they wait for the others: those who wait for each other would for ever. */
    private void limitWait(Fetch fetch, CompletableFuture<MemoryBudget.Reservation> reserved) {
        reserved.orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).whenComplete((room, failure) -> {
            if (failure != null) {
                failed(
                        fetch.object,
                        fetch.range.frames(),
                        new RejectedExecutionException("no memory for archived messages in " + PATIENCE.toSeconds()
                                + " s, other reads have it: a larger cache.memory helps"));
            }
        });
    }

    /** With frames that are read ahead, as many as one request takes; tells whether there was memory for them. */
    private boolean startLonger(Fetch fetch, List<Integer> along) {
        List<Integer> both = new ArrayList<>(fetch.range.frames());
        both.addAll(along);
        FetchRange head = plan(fetch.object, both).getFirst();
        Set<Integer> taken = new HashSet<>(head.frames());
        giveUp(
                fetch.object,
                along.stream().filter(frame -> !taken.contains(frame)).toList());
        MemoryBudget.Reservation room =
                taken.containsAll(fetch.range.frames()) ? budget.tryReserve(fetch.group, head.memory()) : null;
        if (room == null) {
            giveUp(fetch.object, along.stream().filter(taken::contains).toList());
            return false;
        }
        submit(new Fetch(fetch.group, fetch.object, head, Line.MISS), room);
        return true;
    }

    /** Frames claimed for reading ahead are not fetched for that: what a reader waits for by now gets a request of its own. */
    void giveUp(OpenObject object, Collection<Integer> frames) {
        Map<String, List<Integer>> wanted = new LinkedHashMap<>();
        for (int frame : frames) {
            String group = cache.giveUp(new FrameKey(object.ref().uuid(), frame));
            if (group != null) {
                wanted.computeIfAbsent(group, name -> new ArrayList<>()).add(frame);
            }
        }
        wanted.forEach((group, theirs) -> {
            for (FetchRange range : plan(object, theirs)) {
                start(new Fetch(group, object, range, Line.MISS), List.of());
            }
        });
    }

    private void submit(Fetch fetch, MemoryBudget.Reservation room) {
        try {
            lines.io.execute(() -> run(fetch, room));
        } catch (RejectedExecutionException e) {
            cache.settle(room, 0);
            lost(fetch, fetch.range.frames(), e);
        }
    }

    /** On the pool: the request, then frame by frame. */
    private void run(Fetch fetch, MemoryBudget.Reservation room) {
        OpenObject object = fetch.object;
        FetchRange range = fetch.range;
        Set<Integer> left = new HashSet<>(range.frames());
        long kept = 0;
        try (Arena arena = Arena.ofShared()) {
            ByteBuffer stored = arena.allocate(range.length()).asByteBuffer();
            request(fetch, stored);
            fetchedBytes.addAndGet(range.length());
            stored.flip();
            FrameTable table = object.index().frames();
            for (int frame : range.frames()) {
                int at = (int) (table.offset(frame) - range.offset());
                Frame unpacked = unpack(fetch, frame, stored.slice(at, table.storedBytes(frame)));
                kept += unpacked.length();
                left.remove(frame);
                cache.arrived(new FrameKey(object.ref().uuid(), frame), unpacked);
            }
        } catch (RuntimeException
                | OutOfMemoryError e) { // the store's, the format's: whoever waits for a frame is told
            lost(fetch, new TreeSet<>(left), e);
        } finally {
            cache.settle(room, kept);
        }
    }

    private ObjectStore store(Line line) {
        return line == Line.MISS ? lines.misses : lines.ahead;
    }

    /** For what is only read ahead nobody waits: it is asked for once. */
    private void request(Fetch fetch, ByteBuffer into) {
        String key = fetch.object.ref().key();
        if (fetch.line == Line.MISS) {
            hedged.read(new HedgedReads.Ask(fetch.group, lines.misses, key, fetch.bytes()), into, lines.cancel);
        } else {
            lines.ahead.read(key, fetch.bytes(), into, lines.cancel);
        }
    }

    /** A frame that is broken is asked for once more, alone: bytes break on the way too. */
    private Frame unpack(Fetch fetch, int frame, ByteBuffer stored) {
        OpenObject object = fetch.object;
        try {
            return unpacked(object, frame, stored);
        } catch (FormatException e) {
            broken.incrementAndGet();
            LOG.warn("{} frame {} is read once more: {}", object.ref().key(), frame, e.getMessage());
            try (Arena arena = Arena.ofShared()) {
                FrameTable table = object.index().frames();
                ByteBuffer again = arena.allocate(table.storedBytes(frame)).asByteBuffer();
                ByteRange range = new ByteRange.Exact(table.offset(frame), table.storedBytes(frame));
                store(fetch.line).read(object.ref().key(), range, again, lines.cancel);
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

    private void lost(Fetch fetch, Collection<Integer> frames, Throwable why) {
        if (fetch.line == Line.AHEAD) {
            LOG.debug("reading {} ahead came to nothing: {}", fetch.object.ref().key(), why.getMessage());
            giveUp(fetch.object, frames);
        } else {
            failed(fetch.object, frames, why);
        }
    }

    private void failed(OpenObject object, Collection<Integer> frames, Throwable why) {
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
