package io.firn.broker.pop;

import io.firn.broker.queue.LongPolls;
import io.firn.broker.queue.ParkedPoll;
import io.firn.broker.record.RecordFilter;
import io.firn.broker.runtime.BusyException;
import io.firn.broker.runtime.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
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
    /** Queues at whose end a poll is parked. */
    private final Set<Spot> watched = new HashSet<>();
    /** When the first of the parked polls ends, at the latest; {@link Long#MAX_VALUE} when that is not known. */
    private long watchedToNanos = Long.MAX_VALUE;
    /** For whom the parked polls wait: those of an earlier crowd have nobody left. */
    private Crowd crowd = new Crowd();

    /** A queue. */
    record Spot(String topic, int queueId) {}

    /** Those who wait at the same time, until nobody is left. */
    private static final class Crowd {}

    /** For whom a poll is parked, and until when. */
    private record Term(Crowd crowd, long deadlineNanos) {}

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

    /**
     * Waits for a message in one of these queues.
     *
     * @throws BusyException when too many wait already; this one does not then
     */
    void await(Waiter waiter, List<Spot> spots, Places places) {
        synchronized (this) {
            waiters.removeIf(Waiter::isAbandoned);
            if (waiters.size() >= most) {
                throw new BusyException("too many pops wait");
            }
            waiters.add(waiter);
        }
        watch(spots, places);
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

    /** A connection was closed. When nobody is left who waits, nothing stays parked for them. */
    void clientGone() {
        Crowd gone;
        synchronized (this) {
            waiters.removeIf(Waiter::isAbandoned);
            if (!waiters.isEmpty() || watched.isEmpty()) {
                return;
            }
            gone = crowd;
            crowd = new Crowd();
            watched.clear();
            watchedToNanos = Long.MAX_VALUE;
        }
        polls.clientGone(gone);
    }

    /** Parks polls where there are none, as long as somebody waits. */
    private void watch(List<Spot> spots, Places places) {
        List<Spot> missing = new ArrayList<>(spots.size());
        Crowd present;
        long deadline;
        synchronized (this) {
            if (waiters.isEmpty()) {
                return;
            }
            deadline = Long.MAX_VALUE;
            long now = clock.nanos();
            for (Waiter waiter : waiters) {
                deadline = Math.min(deadline, waiter.deadlineNanos() - now);
            }
            deadline += now;
            for (Spot spot : spots) {
                if (watched.add(spot)) {
                    missing.add(spot);
                }
            }
            if (watchedToNanos == Long.MAX_VALUE || watchedToNanos - deadline > 0) {
                if (missing.isEmpty()) {
                    // a second poll at the same queue does no harm
                    missing.add(spots.getFirst());
                }
                watchedToNanos = deadline;
            }
            present = crowd;
        }
        for (Spot spot : missing) {
            park(new Watch(spot, places.of(spot), new Term(present, deadline), spots, places));
        }
    }

    private void park(Watch watch) {
        try {
            polls.park(watch);
        } catch (BusyException e) {
            LOG.debug("too many polls wait: a pop ends at once", e);
            forget(watch);
            expireAll();
        }
    }

    private synchronized void forget(Watch watch) {
        if (watch.term.crowd == crowd) {
            watched.remove(watch.spot);
            watchedToNanos = Long.MAX_VALUE;
        }
    }

    private synchronized boolean isLeft(Crowd one) {
        return one != crowd;
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
        private final long offset;
        private final Term term;
        private final List<Spot> spots;
        private final Places places;

        Watch(Spot spot, long offset, Term term, List<Spot> spots, Places places) {
            this.spot = spot;
            this.offset = offset;
            this.term = term;
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
            return term.deadlineNanos;
        }

        @Override
        public void wake() {
            forget(this);
            wakeNext();
        }

        @Override
        public void expired() {
            forget(this);
            if (term.deadlineNanos - clock.nanos() > 0) {
                // the broker stops
                expireAll();
            } else {
                expireDue();
                watch(spots, places);
            }
        }

        @Override
        public Object client() {
            return term.crowd;
        }

        @Override
        public boolean abandoned() {
            return isLeft(term.crowd);
        }
    }
}
