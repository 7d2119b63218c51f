package io.firn.compaction.queue;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Leases of all queues of a topic, for readers that build a table: from {@code minOffset} to the barrier, at their own pace.
 * A lease ends when it is closed, when its time is over, and when the disk is full. Any thread.
 */
public final class Leases {

    /** More leases than this are not given. */
    public static final int MOST = 16;
    /** No lease is given for longer; it can be renewed. */
    public static final Duration LONGEST = Duration.ofHours(1);

    private static final int ID_BYTES = 8;

    private final HostedQueues queues;
    private final InstantSource clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Lease> open = new ConcurrentHashMap<>();

    /** Leases of these queues. */
    public Leases(HostedQueues queues, InstantSource clock) {
        this.queues = queues;
        this.clock = clock;
    }

    /**
     * One lease.
     *
     * @param id what a pull names it by
     * @param topic whose queues
     * @param queues each queue as it was leased
     * @param until when it ends, ms
     */
    public record Lease(String id, String topic, List<LeasedQueue> queues, long until) {

        /** Keeps its own list. */
        public Lease {
            queues = List.copyOf(queues);
        }
    }

    /**
     * A queue of a lease.
     *
     * @param queue its number
     * @param generation the generation that is read
     * @param barrier a reader who has read up to here has seen all there was
     */
    public record LeasedQueue(int queue, long generation, long barrier) {}

    /** Leases the queues of a topic. Throws {@link IllegalArgumentException} when there are none or too many leases. */
    public synchronized Lease open(String topic, Duration time) {
        sweep();
        if (open.size() >= MOST) {
            throw new IllegalArgumentException(
                    "there are " + MOST + " leases already: close one, or wait until one ends");
        }
        String id = newId();
        List<LeasedQueue> leased = new ArrayList<>();
        for (HostedQueue queue : queues.all()) {
            if (queue.ref().topic().equals(topic)) {
                long generation = queue.leases().open(id);
                leased.add(new LeasedQueue(queue.ref().queueId(), generation, queue.endOffset()));
            }
        }
        if (leased.isEmpty()) {
            throw new IllegalArgumentException("no open compacted queue of topic " + topic);
        }
        leased.sort(Comparator.comparingInt(LeasedQueue::queue));
        Lease lease = new Lease(id, topic, leased, until(time));
        open.put(id, lease);
        return lease;
    }

    private String newId() {
        byte[] bytes = new byte[ID_BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private long until(Duration time) {
        if (time.isNegative() || time.isZero() || time.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException(
                    "a lease lasts 1 to " + LONGEST.toSeconds() + " seconds, not " + time.toSeconds());
        }
        return clock.millis() + time.toMillis();
    }

    /** Makes a lease last longer; null when it has ended. */
    public synchronized @Nullable Lease renew(String id, Duration time) {
        sweep();
        Lease lease = open.get(id);
        if (lease == null) {
            return null;
        }
        Lease longer = new Lease(id, lease.topic(), lease.queues(), until(time));
        open.put(id, longer);
        return longer;
    }

    /** Ends a lease; whether there was one. */
    public synchronized boolean close(String id) {
        Lease lease = open.remove(id);
        for (HostedQueue queue : queues.all()) {
            queue.leases().close(id);
        }
        return lease != null;
    }

    /** Ends all leases: their readers start again. The number of them. */
    public synchronized int revoke() {
        List<String> all = List.copyOf(open.keySet());
        all.forEach(this::close);
        return all.size();
    }

    /** Ends those whose time is over. */
    public synchronized void sweep() {
        long now = clock.millis();
        for (Lease lease : List.copyOf(open.values())) {
            if (lease.until() <= now) {
                close(lease.id());
            }
        }
    }

    /** Leases that last, the first to end first. */
    public List<Lease> all() {
        return open.values().stream()
                .sorted(Comparator.comparingLong(Lease::until))
                .toList();
    }
}
