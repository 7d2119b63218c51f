package io.firn.tiered.cold;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/**
 * What was read once and may be wanted again, the least used dropped beyond a number of bytes. However many want the same
 * it is read once; a failure is forgotten before anybody hears of it. Any thread.
 */
final class FutureCache<K, V> {
    private final Executor io;
    private final ToLongFunction<V> weigher;
    private final long budgetBytes;
    private final LinkedHashMap<K, CompletableFuture<V>> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long bytes;

    /**
     * An empty cache.
     *
     * @param io where it reads
     * @param weigher memory of a value
     */
    FutureCache(Executor io, ToLongFunction<V> weigher, long budgetBytes) {
        this.io = io;
        this.weigher = weigher;
        this.budgetBytes = budgetBytes;
    }

    /** The value, which {@code read} gives on the pool if it is not here or on its way. */
    CompletableFuture<V> get(K key, Supplier<V> read) {
        CompletableFuture<V> coming = new CompletableFuture<>();
        synchronized (this) {
            CompletableFuture<V> known = entries.get(key);
            if (known != null) {
                return known;
            }
            entries.put(key, coming);
        }
        try {
            io.execute(() -> fill(key, read, coming));
        } catch (RejectedExecutionException e) {
            fail(key, coming, e);
        }
        return coming;
    }

    private void fill(K key, Supplier<V> read, CompletableFuture<V> coming) {
        try {
            V value = read.get();
            grown(key, value);
            coming.complete(value);
        } catch (RuntimeException | OutOfMemoryError e) { // the store's or the format's: whoever waits is told
            fail(key, coming, e);
        }
    }

    private void fail(K key, CompletableFuture<V> coming, Throwable why) {
        synchronized (this) {
            entries.remove(key);
        }
        coming.completeExceptionally(why);
    }

    private synchronized void grown(K key, V value) {
        bytes += weigher.applyAsLong(value);
        Iterator<Map.Entry<K, CompletableFuture<V>>> oldest = entries.entrySet().iterator();
        while (bytes > budgetBytes && oldest.hasNext()) {
            Map.Entry<K, CompletableFuture<V>> next = oldest.next();
            boolean there = next.getValue().isDone() && !next.getValue().isCompletedExceptionally();
            if (there && !next.getKey().equals(key)) {
                bytes -= weigher.applyAsLong(next.getValue().resultNow());
                oldest.remove();
            }
        }
    }

    /** Memory of the values. */
    synchronized long bytes() {
        return bytes;
    }
}
