package io.firn.broker.pop;

import io.firn.broker.queue.LongPolls;
import io.firn.broker.queue.ParkedPoll;
import io.firn.broker.record.RecordFilter;
import io.firn.broker.runtime.BusyException;
import io.firn.broker.runtime.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Those who wait for messages of one topic for one group, first come first served. While there are any, one poll is parked
 * at the end of each queue, among the pulls that wait there; it also ends the waiting of those whose time is up. A message
 * wakes one of them, and whoever was served wakes the next when there is more. Any thread; state is guarded by this
 * object's monitor, which is not held while others are called.
 */
final class Waits {

    private static final Logger LOG = LoggerFactory.getLogger(Waits.class);

    private final LongPolls polls;
    private final Clock clock;
    private final int most;
    private final Deque<Waiter> waiters = new ArrayDeque<>();
    /** The poll that is parked at the end of each queue. */
    private final Map<Spot, Watch> watched = new HashMap<>();

    /** A queue. */
    record Spot(String topic, int queueId) {}

    /** Says where a group goes on in a queue. */
    interface Places {
        long of(Spot spot);
    }

    /** Somebody who waits. Called at most once, on any thread; both only hand on. */
    interface Waiter {

        /** When the waiting ends, on the broker's monotonic clock. */
        long deadlineNanos();

        /** Whether nobody waits for the answer any more. */
        boolean isAbandoned();

        /** There may be a message. */
        void wake();

        /** The time is up. */
        void expire();

        /** Too many wait: this one can not. */
        void refused();
    }

    Waits(LongPolls polls, Clock clock, int most) {
        this.polls = polls;
        this.clock = clock;
        this.most = most;
    }

    /** How many wait. */
    synchronized int count() {
        return waiters.size();
    }

    /** Waits for a message in one of these queues; refused when too many wait already. */
    void await(Waiter waiter, List<Spot> spots, Places places) {
        if (isTakenIn(waiter)) {
            watch(spots, places);
        } else {
            waiter.refused();
        }
    }

    private synchronized boolean isTakenIn(Waiter waiter) {
        waiters.removeIf(Waiter::isAbandoned);
        return waiters.size() < most && waiters.add(waiter);
    }

    /** Whoever was woken is done: the next may look, when there is something left in these queues. */
    void goOn(List<Spot> spots, Places places) {
        watch(spots, places);
    }

    /** Something became visible that no queue's end tells of. */
    void wakeNext() {
        Waiter next = take();
        if (next != null) {
            next.wake();
        }
    }

    /** The group goes on elsewhere in this queue: what stands at the place it had is of no use, and somebody looks. */
    void moved(Spot spot) {
        Watch old;
        synchronized (this) {
            old = watched.remove(spot);
        }
        if (old != null) {
            leave(old);
        }
        wakeNext();
    }

    /** A connection was closed. When nobody is left who waits, nothing stays parked for them. */
    void clientGone() {
        List<Watch> gone;
        synchronized (this) {
            waiters.removeIf(Waiter::isAbandoned);
            if (!waiters.isEmpty() || watched.isEmpty()) {
                return;
            }
            gone = new ArrayList<>(watched.values());
            watched.clear();
        }
        gone.forEach(this::leave);
    }

    /** Parks polls where there are none, and one that ends soon enough, as long as somebody waits. */
    private void watch(List<Spot> spots, Places places) {
        List<Watch> fresh = new ArrayList<>(spots.size());
        Watch replaced = null;
        synchronized (this) {
            if (waiters.isEmpty()) {
                return;
            }
            long deadline = firstDeadline();
            for (Spot spot : spots) {
                if (!watched.containsKey(spot)) {
                    fresh.add(new Watch(spot, deadline, spots, places));
                }
            }
            if (fresh.isEmpty() && watched.values().stream().noneMatch(watch -> watch.deadlineNanos - deadline <= 0)) {
                Spot first = spots.getFirst();
                replaced = watched.remove(first);
                fresh.add(new Watch(first, deadline, spots, places));
            }
            fresh.forEach(watch -> watched.put(watch.spot, watch));
        }
        fresh.forEach(this::park);
        if (replaced != null) {
            leave(replaced);
        }
    }

    private void leave(Watch watch) {
        watch.left = true;
        polls.clientGone(watch);
    }

    private long firstDeadline() {
        long now = clock.nanos();
        long least = Long.MAX_VALUE;
        for (Waiter waiter : waiters) {
            least = Math.min(least, waiter.deadlineNanos() - now);
        }
        return now + least;
    }

    private void park(Watch watch) {
        if (watch.left) {
            return;
        }
        // after it is among the watched: what is popped from now on is seen by whoever popped it
        watch.offset = watch.places.of(watch.spot);
        try {
            polls.park(watch);
        } catch (BusyException e) {
            LOG.debug("too many polls wait: pops are refused", e);
            refuseAll();
        }
    }

    /** Who would wait at some of the queues only might wait for ever: none does, and no poll stays for nobody. */
    private void refuseAll() {
        List<Waiter> all;
        List<Watch> standing;
        synchronized (this) {
            all = new ArrayList<>(waiters);
            waiters.clear();
            standing = new ArrayList<>(watched.values());
            watched.clear();
        }
        standing.forEach(this::leave);
        all.forEach(Waiter::refused);
    }

    /** False for a poll that does not count any more: another has replaced it, or nobody was left. */
    private synchronized boolean forget(Watch watch) {
        return watched.remove(watch.spot, watch);
    }

    private void expireAll() {
        List<Waiter> all;
        synchronized (this) {
            all = new ArrayList<>(waiters);
            waiters.clear();
        }
        all.forEach(Waiter::expire);
    }

    private void expireDue() {
        List<Waiter> due = new ArrayList<>();
        synchronized (this) {
            long now = clock.nanos();
            for (Iterator<Waiter> all = waiters.iterator(); all.hasNext(); ) {
                Waiter waiter = all.next();
                if (waiter.deadlineNanos() - now <= 0) {
                    all.remove();
                    due.add(waiter);
                }
            }
        }
        due.forEach(Waiter::expire);
    }

    private synchronized @Nullable Waiter take() {
        Waiter next = waiters.poll();
        while (next != null && next.isAbandoned()) {
            next = waiters.poll();
        }
        return next;
    }

    /** Stands at the end of one queue for all who wait. */
    private final class Watch implements ParkedPoll {

        private final Spot spot;
        private final long deadlineNanos;
        private final List<Spot> spots;
        private final Places places;

        /** Written before it is parked, by whoever parks it. */
        private long offset;

        /** Written by whoever replaced it, or found that nobody waits. */
        private volatile boolean left;

        Watch(Spot spot, long deadlineNanos, List<Spot> spots, Places places) {
            this.spot = spot;
            this.deadlineNanos = deadlineNanos;
            this.spots = spots;
            this.places = places;
        }

        @Override
        public String topic() {
            return spot.topic;
        }

        @Override
        public int queueId() {
            return spot.queueId;
        }

        @Override
        public long offset() {
            return offset;
        }

        @Override
        public RecordFilter filter() {
            return RecordFilter.ALL;
        }

        @Override
        public long deadlineNanos() {
            return deadlineNanos;
        }

        @Override
        public void wake() {
            if (forget(this)) {
                wakeNext();
            }
        }

        @Override
        public void expired() {
            if (!forget(this)) {
                return;
            }
            if (deadlineNanos - clock.nanos() > 0) {
                // the broker stops
                expireAll();
            } else {
                expireDue();
                watch(spots, places);
            }
        }

        @Override
        public Object client() {
            return this;
        }

        @Override
        public boolean abandoned() {
            return left;
        }
    }
}
