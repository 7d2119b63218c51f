package io.firn.tiered.cold;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Bytes that fetches and frames may take together. A reservation is made before the request is sent and waits in line
 * while there is no room; the cache is asked to make room first. Any thread; nothing is called under the lock.
 */
final class MemoryBudget {
    private final long limit;
    private final Deque<Waiter> waiting = new ArrayDeque<>();
    private long used;
    private long peak;

    private record Waiter(long bytes, CompletableFuture<Long> granted) {}

    MemoryBudget(long limit) {
        this.limit = limit;
    }

    /** Completes with the bytes once they are reserved: at most the whole budget, which one huge request may take. */
    CompletableFuture<Long> reserve(long wanted) {
        long bytes = Math.min(wanted, limit);
        synchronized (this) {
            if (waiting.isEmpty() && used + bytes <= limit) {
                take(bytes);
                return CompletableFuture.completedFuture(bytes);
            }
            Waiter waiter = new Waiter(bytes, new CompletableFuture<>());
            waiting.add(waiter);
            return waiter.granted;
        }
    }

    /** Reserves if there is room now and nobody waits. */
    synchronized boolean tryReserve(long bytes) {
        if (!waiting.isEmpty() || used + bytes > limit) {
            return false;
        }
        take(bytes);
        return true;
    }

    private void take(long bytes) {
        used += bytes;
        peak = Math.max(peak, used);
    }

    /** Gives back; those who wait are served in order. */
    void release(long bytes) {
        List<Waiter> served = new ArrayList<>();
        synchronized (this) {
            used -= bytes;
            while (!waiting.isEmpty() && used + waiting.getFirst().bytes <= limit) {
                Waiter next = waiting.removeFirst();
                take(next.bytes);
                served.add(next);
            }
        }
        served.forEach(waiter -> waiter.granted.complete(waiter.bytes));
    }

    /** How much is missing for all who wait. */
    synchronized long missing() {
        long wanted = waiting.stream().mapToLong(Waiter::bytes).sum();
        return wanted == 0 ? 0 : Math.max(0, used + wanted - limit);
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
