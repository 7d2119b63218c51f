package io.firn.broker.queue;

import io.firn.broker.log.MappedFile;
import io.firn.broker.runtime.Metrics;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps the number of mapped entry files bounded: mapping one more than the limit unmaps one that was not used lately
 * (a clock hand walks the mapped files; a file touched since the hand passed gets a second round). Any thread; the lock
 * is held for list surgery only.
 */
final class MappingPool {

    private final int limit;
    private final Metrics.Count maps;
    /** This and {@link #hand}: under this object's lock. */
    private final List<LazyFile> mapped = new ArrayList<>();

    private int hand;
    private volatile int size;
    private volatile boolean closed;

    /** At most {@code limit} files stay mapped; {@code maps} counts every mapping made. */
    MappingPool(int limit, Metrics.Count maps) {
        this.limit = limit;
        this.maps = maps;
    }

    /** How many files may stay mapped. */
    int limit() {
        return limit;
    }

    /** How many files are mapped, apart from evicted ones that somebody still holds. */
    int size() {
        return size;
    }

    /** Takes in a file that was just mapped, and lets others go. */
    void add(LazyFile file) {
        maps.increment();
        List<MappedFile> evicted = new ArrayList<>(1);
        synchronized (this) {
            file.poolSlot = mapped.size();
            mapped.add(file);
            while (mapped.size() > limit) {
                evicted.add(take(nextVictim(file)));
            }
            size = mapped.size();
        }
        evicted.forEach(MappedFile::retire);
    }

    /** Unmaps a file that goes away. */
    void drop(LazyFile file) {
        MappedFile mapping = null;
        synchronized (this) {
            if (file.poolSlot != LazyFile.NOT_POOLED) {
                mapping = take(file);
                size = mapped.size();
            }
        }
        if (mapping != null) {
            mapping.retire();
        }
    }

    /** Unmaps every file that was not touched since the last call; returns how many. */
    int evictIdle() {
        List<MappedFile> evicted = new ArrayList<>();
        synchronized (this) {
            for (int i = mapped.size() - 1; i >= 0; i--) {
                LazyFile file = mapped.get(i);
                if (!file.clearTouched()) {
                    evicted.add(take(file));
                }
            }
            size = mapped.size();
        }
        evicted.forEach(MappedFile::retire);
        return evicted.size();
    }

    boolean isClosed() {
        return closed;
    }

    /** Unmaps everything; nothing is mapped any more. */
    void close() {
        closed = true;
        List<MappedFile> evicted = new ArrayList<>();
        synchronized (this) {
            while (!mapped.isEmpty()) {
                evicted.add(take(mapped.getLast()));
            }
            size = 0;
        }
        evicted.forEach(MappedFile::retire);
    }

    private LazyFile nextVictim(LazyFile newest) {
        while (true) {
            if (hand >= mapped.size()) {
                hand = 0;
            }
            LazyFile file = mapped.get(hand);
            if (file != newest && !file.clearTouched()) {
                return file;
            }
            hand++;
        }
    }

    /** Removes a file from the list; the last one takes its slot. */
    private MappedFile take(LazyFile file) {
        LazyFile last = mapped.removeLast();
        if (last != file) {
            mapped.set(file.poolSlot, last);
            last.poolSlot = file.poolSlot;
        }
        file.poolSlot = LazyFile.NOT_POOLED;
        return file.unmap();
    }
}
