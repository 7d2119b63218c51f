package io.firn.tiered.cold;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that fetches and frames may take together. A reservation is made before the request is sent and waits while there
 * is no room; the cache is asked to make room first. Each group waits in a line of its own and the lines are served in
 * turn; requests of one group under way have at most three quarters of all, so that what another group waits for is not
 * behind them. One request may be larger than that, alone. Any thread; nothing is called under the lock.
 */
final class MemoryBudget {
    private final long limit;
    /** Of one group. */
    private final long share;
    /** Reserved for requests under way, by group; groups that have none are not there. */
    private final Map<String, Long> underWay = new HashMap<>();
    /** Those who wait; the line whose turn it is stands first. No line is empty. */
    private final LinkedHashMap<String, Deque<Waiter>> lines = new LinkedHashMap<>();

    private long used;
    private long peak;

    /** Bytes that a request of a group has until it is settled. */
    record Reservation(String group, long bytes) {}

    private record Waiter(Reservation wanted, CompletableFuture<Reservation> granted) {}

    MemoryBudget(long limit) {
        this.limit = limit;
        this.share = limit - limit / 4;
    }

    /**
     * Completes once the bytes are reserved: at most the whole budget, which one huge request may take. Whoever does not
     * want to wait any longer completes it exceptionally.
     */
    CompletableFuture<Reservation> reserve(String group, long wanted) {
        Waiter waiter = new Waiter(new Reservation(group, Math.min(wanted, limit)), new CompletableFuture<>());
        List<Waiter> served;
        synchronized (this) {
            lines.computeIfAbsent(group, name -> new ArrayDeque<>()).add(waiter);
            served = serve();
        }
        grant(served);
        return waiter.granted;
    }

    /** Reserves if there is room now and nobody waits for it; else null. */
    synchronized @Nullable Reservation tryReserve(String group, long bytes) {
        Reservation wanted = new Reservation(group, bytes);
        boolean waited = lines.values().stream().anyMatch(line -> isAllowed(line.getFirst().wanted));
        if (waited || used + bytes > limit || !isAllowed(wanted)) {
            return null;
        }
        take(wanted);
        return wanted;
    }

    /** Whether the group has so much of its share left. */
    private boolean isAllowed(Reservation wanted) {
        long held = underWay.getOrDefault(wanted.group, 0L);
        return held == 0 || held + wanted.bytes <= share;
    }

    private void take(Reservation reservation) {
        used += reservation.bytes;
        peak = Math.max(peak, used);
        underWay.merge(reservation.group, reservation.bytes, Long::sum);
    }

    /** A request has ended; {@code kept} of its bytes stay in use until they are {@link #release released}. */
    void settle(Reservation reservation, long kept) {
        List<Waiter> served;
        synchronized (this) {
            long left = underWay.getOrDefault(reservation.group, 0L) - reservation.bytes;
            if (left > 0) {
                underWay.put(reservation.group, left);
            } else {
                underWay.remove(reservation.group);
            }
            used -= reservation.bytes - kept;
            served = serve();
        }
        grant(served);
    }

    /** Gives back what was kept. */
    void release(long bytes) {
        List<Waiter> served;
        synchronized (this) {
            used -= bytes;
            served = serve();
        }
        grant(served);
    }

    /** Serves the lines in turn until the first that may be served does not fit: nobody overtakes it. */
    private List<Waiter> serve() {
        List<Waiter> served = new ArrayList<>();
        for (Map.Entry<String, Deque<Waiter>> next = next(); next != null; next = next()) {
            String group = next.getKey();
            Deque<Waiter> line = next.getValue();
            lines.remove(group);
            Waiter first = line.removeFirst();
            take(first.wanted);
            served.add(first);
            if (!line.isEmpty()) {
                lines.put(group, line);
            }
        }
        return served;
    }

    /** The line whose first waiter can be served now; null for none. Lines of groups that have their share are passed over. */
    private Map.@Nullable Entry<String, Deque<Waiter>> next() {
        for (Map.Entry<String, Deque<Waiter>> line : lines.entrySet()) {
            Reservation wanted = line.getValue().getFirst().wanted;
            if (isAllowed(wanted)) {
                return used + wanted.bytes <= limit ? line : null;
            }
        }
        return null;
    }

    private void grant(List<Waiter> served) {
        for (Waiter waiter : served) {
            if (!waiter.granted.complete(waiter.wanted)) {
                // gave up meanwhile
                settle(waiter.wanted, 0);
            }
        }
    }

    /** How much is missing for those who wait for memory, not for requests of their own group. */
    synchronized long missing() {
        long wanted = 0;
        for (Map.Entry<String, Deque<Waiter>> line : lines.entrySet()) {
            wanted += allowed(underWay.getOrDefault(line.getKey(), 0L), line.getValue());
        }
        return wanted == 0 ? 0 : Math.max(0, used + wanted - limit);
    }

    /** How much of what a line waits for its group's share has room for. */
    private long allowed(long held, Deque<Waiter> line) {
        long sum = 0;
        for (Waiter waiter : line) {
            long bytes = waiter.wanted.bytes;
            if (held + sum > 0 && held + sum + bytes > share) {
                break;
            }
            sum += bytes;
        }
        return sum;
    }

    synchronized long used() {
        return used;
    }

    synchronized long peak() {
        return peak;
    }

    long limit() {
        return limit;
    }
}
