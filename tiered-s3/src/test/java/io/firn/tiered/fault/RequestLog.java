package io.firn.tiered.fault;

import io.firn.tiered.store.RequestKind;
import io.firn.tiered.store.RequestPrices;
import java.util.ArrayList;
import java.util.List;

/** Every request the server saw, in the order it answered; guarded by its own lock. */
public final class RequestLog {
    /**
     * One request.
     *
     * @param status what was or would have been answered; 0 when the connection was reset instead
     * @param receivedBytes and {@code sentBytes}: bodies as announced
     */
    public record Entry(RequestKind kind, String key, int status, long receivedBytes, long sentBytes) {}

    private final List<Entry> entries = new ArrayList<>();

    synchronized void add(Entry entry) {
        entries.add(entry);
    }

    /** A copy of all entries. */
    public synchronized List<Entry> entries() {
        return List.copyOf(entries);
    }

    /** How many requests of this kind came. */
    public long count(RequestKind kind) {
        return entries().stream().filter(entry -> entry.kind == kind).count();
    }

    /** Body bytes sent to clients. */
    public long sentBytes() {
        return entries().stream().mapToLong(Entry::sentBytes).sum();
    }

    /** What the requests would have cost. */
    public double usd(RequestPrices prices) {
        return entries().stream()
                .mapToDouble(entry -> prices.usd(entry.kind, 1))
                .sum();
    }

    /** Forgets everything. */
    public synchronized void clear() {
        entries.clear();
    }
}
