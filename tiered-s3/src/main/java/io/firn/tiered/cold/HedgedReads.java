package io.firn.tiered.cold;

import io.firn.spi.contract.Registration;
import io.firn.tiered.store.ByteRange;
import io.firn.tiered.store.CancelToken;
import io.firn.tiered.store.ObjectStore;
import io.firn.tiered.store.StoreException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads for which a consumer waits. When an answer is later than 95 of 100 like it were, the same is asked for once more,
 * and who comes first is taken; the other request is aborted. A share of all reads bounds the second ones, so that a store
 * that is slow as a whole is not asked twice for everything, and each has memory reserved before it is sent, or is not
 * sent. Any thread; {@link #read} blocks.
 */
final class HedgedReads {
    private static final Logger LOG = LoggerFactory.getLogger(HedgedReads.class);
    private static final double MOST_SAVED = 10;

    private final Timing timing;
    private final Executor io;
    private final MemoryBudget memory;
    private final FrameCache cache;
    private final double share;
    private final Latencies latencies = new Latencies();
    private double allowed = 1;
    private long sent;
    private long won;

    /**
     * Time.
     *
     * @param nanos a monotonic clock
     * @param timer runs something later
     */
    record Timing(LongSupplier nanos, Timer timer) {}

    /** Runs something later. */
    @FunctionalInterface
    interface Timer {
        /** Closing what is returned takes back what has not begun. */
        Registration once(Duration delay, Runnable task);
    }

    /** What is read, and for whom. */
    record Ask(String group, ObjectStore store, String key, ByteRange.Exact range) {}

    /**
     * Reads that have seen no latency yet.
     *
     * @param io for second requests
     * @param cache lets go of frames for who waits for the memory of a second request that has ended
     * @param percent most second requests of 100 reads; 0 for none
     */
    HedgedReads(Timing timing, Executor io, MemoryBudget memory, FrameCache cache, int percent) {
        this.timing = timing;
        this.io = io;
        this.memory = memory;
        this.cache = cache;
        this.share = percent / 100.0;
    }

    /** Second requests sent. */
    synchronized long sent() {
        return sent;
    }

    /** Second requests that came first. */
    synchronized long won() {
        return won;
    }

    /** Reads, as the store does. */
    void read(Ask ask, ByteBuffer into, CancelToken cancel) {
        int start = into.position();
        CancelToken first = new CancelToken();
        Race race = new Race(ask, first);
        long began = timing.nanos.getAsLong();
        try (var _ = cancel.onCancel(race::cancel);
                var _ = later(race)) {
            ask.store.read(ask.key, ask.range, into, first);
        } catch (StoreException e) {
            if (!race.takeOver(into.position(start))) {
                throw e;
            }
        } finally {
            race.end();
            latencies.took(ask.range.length(), timing.nanos.getAsLong() - began);
        }
    }

    private Registration later(Race race) {
        long usual = latencies.usualNs(race.ask.range.length());
        synchronized (this) {
            allowed = Math.min(MOST_SAVED, allowed + share);
        }
        if (share == 0 || usual < 0) {
            return () -> {};
        }
        try {
            return timing.timer.once(Duration.ofNanos(usual), race::second);
        } catch (IllegalStateException e) { // the plugin stops
            return () -> {};
        }
    }

    private synchronized boolean takeOne() {
        if (allowed < 1) {
            return false;
        }
        allowed--;
        sent++;
        return true;
    }

    private synchronized void countWin() {
        won++;
    }

    /** One read and its second request. Guarded by its own lock; the second answer's memory has one owner at a time. */
    private final class Race {
        private final Ask ask;
        private final CancelToken first;
        private final CancelToken second = new CancelToken();
        private boolean over;
        private @Nullable Spare spare;

        Race(Ask ask, CancelToken first) {
            this.ask = ask;
            this.first = first;
        }

        void cancel() {
            first.cancel();
            second.cancel();
        }

        /** The answer is late: asks again, if that is allowed now. */
        void second() {
            synchronized (this) {
                if (over) {
                    return;
                }
            }
            MemoryBudget.Reservation room = memory.tryReserve(ask.group, ask.range.length());
            if (room == null || !takeOne()) {
                giveBack(room);
                return;
            }
            try {
                io.execute(() -> read(room));
            } catch (RejectedExecutionException e) {
                giveBack(room);
            }
        }

        private void giveBack(MemoryBudget.@Nullable Reservation room) {
            if (room != null) {
                cache.settle(room, 0);
            }
        }

        @SuppressWarnings("MustBeClosedChecker") // an answer that is taken is closed at the race's end
        private void read(MemoryBudget.Reservation room) {
            Spare answer = new Spare(Arena.ofShared(), room);
            boolean taken = false;
            try {
                ByteBuffer into = answer.arena.allocate(ask.range.length()).asByteBuffer();
                ask.store.read(ask.key, ask.range, into, second);
                taken = offer(answer.with(into.flip()));
            } catch (StoreException | OutOfMemoryError e) { // the first answer decides
                LOG.debug("a second request for {} came to nothing: {}", ask.key, e.getMessage());
            } finally {
                if (!taken) {
                    answer.close(cache);
                }
            }
            if (taken) {
                first.cancel();
            }
        }

        private synchronized boolean offer(Spare answer) {
            if (over) {
                return false;
            }
            spare = answer;
            return true;
        }

        /** The first request failed, perhaps because the second was faster; tells whether the second's bytes are there now. */
        synchronized boolean takeOver(ByteBuffer into) {
            Spare answer = spare;
            ByteBuffer bytes = answer == null ? null : answer.bytes;
            if (bytes == null) {
                return false;
            }
            into.put(bytes);
            countWin();
            return true;
        }

        void end() {
            Spare left;
            synchronized (this) {
                over = true;
                left = spare;
                spare = null;
            }
            second.cancel();
            if (left != null) {
                left.close(cache);
            }
        }
    }

    /** Memory of a second answer. */
    private record Spare(
            Arena arena,
            MemoryBudget.Reservation room,
            @Nullable ByteBuffer bytes) {
        Spare(Arena arena, MemoryBudget.Reservation room) {
            this(arena, room, null);
        }

        Spare with(ByteBuffer answer) {
            return new Spare(arena, room, answer);
        }

        void close(FrameCache cache) {
            arena.close();
            cache.settle(room, 0);
        }
    }
}
