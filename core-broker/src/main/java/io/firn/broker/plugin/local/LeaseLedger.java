package io.firn.broker.plugin.local;

import io.firn.broker.runtime.Metrics;
import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one plugin holds of the store. A lease that is lost without being closed is found when its handle is collected;
 * those left at the end are closed for the plugin. Both are leaks: logged and counted. Any thread.
 */
final class LeaseLedger {

    private static final Logger LOG = LoggerFactory.getLogger(LeaseLedger.class);

    private final String pluginId;
    private final Counts counts;
    private final Set<Held> held = ConcurrentHashMap.newKeySet();
    private final ReferenceQueue<Object> lost = new ReferenceQueue<>();

    private volatile boolean ended;

    /** Of all plugins. */
    record Counts(AtomicInteger open, Metrics.Count leaks) {}

    LeaseLedger(String pluginId, Counts counts) {
        this.pluginId = pluginId;
        this.counts = counts;
    }

    /** One lease, from opening to closing. */
    final class Held extends PhantomReference<Object> {

        private final Runnable release;
        private final String what;
        private final AtomicBoolean open = new AtomicBoolean(true);

        private Held(Object handle, String what, Runnable release) {
            super(handle, lost);
            this.what = what;
            this.release = release;
        }

        boolean isOpen() {
            return open.get();
        }

        /** Lets go. Idempotent. */
        void close() {
            if (open.compareAndSet(true, false)) {
                held.remove(this);
                counts.open.decrementAndGet();
                release.run();
            }
        }
    }

    /**
     * Enters a lease.
     *
     * @param handle what the plugin has; must not be reachable from {@code release}
     * @throws IllegalStateException when the plugin has stopped; nothing is held then
     */
    Held hold(Object handle, String what, Runnable release) {
        takeBackLost();
        Held entry = new Held(handle, what, release);
        held.add(entry);
        counts.open.incrementAndGet();
        if (ended) {
            entry.close();
            checkNotEnded();
        }
        return entry;
    }

    /** @throws IllegalStateException when the plugin has stopped */
    void checkNotEnded() {
        if (ended) {
            throw new IllegalStateException("plugin " + pluginId + " has stopped and can not read the store");
        }
    }

    /** Closes what was lost; runs whenever something else is leased, and when metrics are read. */
    void takeBackLost() {
        for (Reference<?> entry = lost.poll(); entry != null; entry = lost.poll()) {
            if (entry instanceof Held forgotten && forgotten.isOpen()) {
                leaked(forgotten, "lost without closing it");
            }
        }
    }

    private void leaked(Held forgotten, String how) {
        counts.leaks.increment();
        LOG.warn("plugin {} has {} {}; it held a segment of the log", pluginId, how, forgotten.what);
        forgotten.close();
    }

    /** Nothing can be leased any more; closes what is left and returns how much that was. */
    int end() {
        ended = true;
        takeBackLost();
        int left = 0;
        for (Held forgotten : held) {
            leaked(forgotten, "stopped and left");
            left++;
        }
        return left;
    }

    int size() {
        return held.size();
    }
}
