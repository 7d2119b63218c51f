package io.firn.broker.queue;

import io.firn.broker.queue.DeadlineHeap.Parked;
import io.firn.broker.record.RecordFilter;
import io.firn.broker.record.RecordView;
import io.firn.broker.runtime.BusyException;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Mailbox;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.StorageException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Pulls parked at the ends of queues. Any thread parks; the table is owned by the dispatcher's thread, which looks at
 * the queue once more before a poll starts to wait and sees every later message itself: no wake-up is lost, and each
 * poll is answered once. No thread polls: the dispatcher parks until the earliest deadline.
 */
public final class LongPolls {

    private static final Logger LOG = LoggerFactory.getLogger(LongPolls.class);
    private static final int MAILBOX = 1 << 16;
    private static final int DRAIN_LIMIT = 1_024;
    private static final int DEPARTURES = 1 << 12;
    private static final int MAX_QUEUE_ID = 1 << 16;

    private final TailCheck tail;
    private final Clock clock;
    private final int limit;
    /** Polls, and queues to look at again: in one line, so that such a look does not overtake a poll parked before. */
    private final Mailbox<Object> arrivals;

    private final Consumer<Object> admit = this::admit;
    private final Consumer<Object> expire = LongPolls::expire;
    private final Mailbox<Object> departures = new Mailbox<>(DEPARTURES);
    private final Consumer<Object> forget = this::forget;

    /** Owner of these four: the dispatcher's thread. */
    private final Map<String, @Nullable WaitingPolls[]> byTopic = new HashMap<>();

    private final DeadlineHeap deadlines = new DeadlineHeap();
    private final ClientPolls clients = new ClientPolls();
    private final Deque<ParkedPoll> woken = new ArrayDeque<>();

    /** Written by the dispatcher's thread. */
    private volatile int parked;

    /** Written by the dispatcher's thread. */
    private volatile boolean closed;
    /** Set by whoever stops the server. */
    private volatile boolean ending;
    /** Set by whoever found no room among the departures: one look at all polls finds what they would have named. */
    private volatile boolean crowdLeft;
    /** Bound once, when the dispatcher's thread starts. */
    private volatile Runnable waker = () -> {};

    /** A table for the queues that {@code log} reads. Its dispatcher must be started for anything to happen. */
    public static LongPolls over(QueueLog log, QueueConfig config, Clock clock, Metrics metrics) {
        return new LongPolls(log::hasMatch, config, clock, metrics);
    }

    LongPolls(TailCheck tail, QueueConfig config, Clock clock, Metrics metrics) {
        this.tail = tail;
        this.clock = clock;
        this.limit = config.maxParkedPolls();
        this.arrivals = new Mailbox<>(Math.min(limit, MAILBOX));
        metrics.gauge("firn_queue_parked_polls", "Pulls waiting at queue ends.", () -> parked + arrivals.size());
    }

    /**
     * Parks a poll until a matching message, its deadline or the broker's end. Any thread.
     *
     * @throws BusyException when too many wait already; the poll is not parked then
     */
    public void park(ParkedPoll poll) {
        if (poll.queueId() < 0 || poll.queueId() >= MAX_QUEUE_ID) {
            throw new IllegalArgumentException("queue id " + poll.queueId() + " is not in 0.." + (MAX_QUEUE_ID - 1));
        }
        if (parked + arrivals.size() >= limit || !arrivals.offer(poll)) {
            throw new BusyException("too many pulls wait at the ends of queues");
        }
        if (closed) {
            expireArrivals();
        } else {
            waker.run();
        }
    }

    /** Answers all who wait, and from now on at once: a server that stops has nobody left to wait for. Any thread. */
    public void endWaiting() {
        ending = true;
        waker.run();
    }

    /** Lets go of a client's polls, unanswered: nobody waits for them. To be told after they are abandoned. Any thread. */
    public void clientGone(Object client) {
        if (!departures.offer(client)) {
            crowdLeft = true;
        }
        waker.run();
    }

    /** A queue to look at again. */
    private record Moved(String topic, int queueId) {}

    /**
     * Wakes all who wait at the end of a queue, and who parked before this was called: an operator moved one of them. It
     * is lost when too much waits; then the polls end at their time. Any thread.
     */
    public void moved(String topic, int queueId) {
        if (arrivals.offer(new Moved(topic, queueId))) {
            waker.run();
        }
    }

    /** How many polls wait. */
    public int waiting() {
        return parked + arrivals.size();
    }

    /** Names what makes the dispatcher look into the mailbox. At wiring. */
    void wakeBy(Runnable dispatcherWake) {
        waker = dispatcherWake;
        dispatcherWake.run();
    }

    /** Takes in newly parked polls and lets go of those whose clients left; returns how many came and went. */
    int takeIn() {
        if (closed) {
            // whoever parks empties the mailbox too now
            expireArrivals();
            return 0;
        }
        int moved = arrivals.drain(admit, DRAIN_LIMIT) + departures.drain(forget, DRAIN_LIMIT);
        if (crowdLeft) {
            crowdLeft = false;
            forgetAllAbandoned();
        }
        return moved;
    }

    private void forget(Object client) {
        for (Parked node = clients.firstOf(client); node != null; node = clients.firstOf(client)) {
            remove(node);
        }
    }

    private void forgetAllAbandoned() {
        List<Parked> abandoned = new ArrayList<>();
        deadlines.collectAbandoned(abandoned);
        abandoned.forEach(this::remove);
    }

    private void admit(Object arrival) {
        switch (arrival) {
            case ParkedPoll poll -> admit(poll);
            case Moved moved -> wakeAll(moved);
            default -> throw new IllegalStateException("nothing that arrives here: " + arrival);
        }
    }

    private static void expire(Object arrival) {
        if (arrival instanceof ParkedPoll poll) {
            poll.expired();
        }
    }

    private void wakeAll(Moved moved) {
        WaitingPolls queue = knownQueue(moved.topic, moved.queueId);
        while (queue != null && queue.size() > 0) {
            Parked node = queue.get(queue.size() - 1);
            remove(node);
            if (!node.poll.abandoned()) {
                woken.add(node.poll);
            }
        }
    }

    private void admit(ParkedPoll poll) {
        if (poll.abandoned()) {
            return;
        }
        if (hasMatch(poll)) {
            woken.add(poll);
            return;
        }
        WaitingPolls queue = queueOf(poll.topic(), poll.queueId());
        Parked node = new Parked(poll, queue);
        queue.add(node);
        deadlines.add(node);
        clients.add(node);
        parked = deadlines.size();
    }

    /** What can not be read is for the reader to tell. */
    private boolean hasMatch(ParkedPoll poll) {
        try {
            return tail.hasMatch(poll);
        } catch (StorageException e) {
            LOG.debug("a poll of {}-{} is woken", poll.topic(), poll.queueId(), e);
            return true;
        }
    }

    /** A message became readable. Its waiters are woken by {@link #fire()}. */
    void onMessage(String topic, int queueId, long tagsCode, RecordView record) {
        if (deadlines.size() == 0) {
            return;
        }
        WaitingPolls queue = knownQueue(topic, queueId);
        if (queue == null) {
            return;
        }
        for (int i = queue.size() - 1; i >= 0; i--) {
            Parked node = queue.get(i);
            if (node.poll.abandoned()) {
                remove(node);
            } else if (matches(node.poll.filter(), tagsCode, record)) {
                remove(node);
                woken.add(node.poll);
            }
        }
    }

    private static boolean matches(RecordFilter filter, long tagsCode, RecordView record) {
        return filter.matches(tagsCode) && (!filter.needsRecord() || filter.matches(record));
    }

    /** Wakes the polls that found a message and expires those whose time is up; returns how many. */
    int fire() {
        if (ending && !closed) {
            close();
        }
        int fired = 0;
        for (ParkedPoll poll = woken.poll(); poll != null; poll = woken.poll()) {
            poll.wake();
            fired++;
        }
        Parked first = deadlines.first();
        long now = first == null ? 0 : clock.nanos();
        while (first != null && first.deadlineNanos - now <= 0) {
            remove(first);
            if (!first.poll.abandoned()) {
                first.poll.expired();
            }
            fired++;
            first = deadlines.first();
        }
        return fired;
    }

    /** This table's monotonic clock. */
    long nanos() {
        return clock.nanos();
    }

    /** How long nothing has to be done here, unless something arrives. */
    long nanosToDeadline() {
        Parked first = deadlines.first();
        return first == null ? Long.MAX_VALUE : Math.max(0, first.deadlineNanos - clock.nanos());
    }

    /** Expires all; polls parked from now on expire at once. Dispatcher's thread, last. */
    void close() {
        closed = true;
        for (ParkedPoll poll = woken.poll(); poll != null; poll = woken.poll()) {
            poll.expired();
        }
        for (Parked first = deadlines.first(); first != null; first = deadlines.first()) {
            remove(first);
            if (!first.poll.abandoned()) {
                first.poll.expired();
            }
        }
        expireArrivals();
    }

    /** One at a time: the mailbox has one reader. */
    private synchronized void expireArrivals() {
        while (arrivals.drain(expire, DRAIN_LIMIT) > 0) {
            Thread.onSpinWait();
        }
    }

    private @Nullable WaitingPolls knownQueue(String topic, int queueId) {
        @Nullable WaitingPolls[] queues = byTopic.get(topic);
        return queues == null || queueId < 0 || queueId >= queues.length ? null : queues[queueId];
    }

    private WaitingPolls queueOf(String topic, int queueId) {
        @Nullable WaitingPolls[] queues = byTopic.get(topic);
        if (queues == null || queueId >= queues.length) {
            int length = Math.max(4, Integer.highestOneBit(queueId) << 1);
            queues = queues == null ? new WaitingPolls[length] : Arrays.copyOf(queues, length);
            byTopic.put(topic, queues);
        }
        WaitingPolls queue = queues[queueId];
        if (queue == null) {
            queue = new WaitingPolls();
            queues[queueId] = queue;
        }
        return queue;
    }

    private void remove(Parked node) {
        node.queue.remove(node);
        deadlines.remove(node);
        clients.remove(node);
        parked = deadlines.size();
    }
}
