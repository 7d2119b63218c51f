package io.firn.broker.plugin.guard;

import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.FaultHandler;
import io.firn.broker.runtime.Metrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/** All guards of the broker, and what they share. Any thread. */
public final class Guards implements AutoCloseable {

    private static final long QUIET_CHECK_NANOS = 1_000_000;

    private final GuardConfig config;
    private final Clock clock;
    private final GuardMetrics metrics;
    private final StuckWatch watch;
    private final Set<PluginGuard> all = ConcurrentHashMap.newKeySet();
    private final Map<PluginGuard, String> troubles = new ConcurrentHashMap<>();

    private Guards(GuardConfig config, Clock clock, Metrics metrics, FaultHandler faults) {
        this.config = config;
        this.clock = clock;
        this.metrics = new GuardMetrics(metrics);
        this.watch = new StuckWatch(config, clock, faults);
    }

    /** No guard yet, and no thread. */
    public static Guards open(GuardConfig config, Clock clock, Metrics metrics, FaultHandler faults) {
        return new Guards(config, clock, metrics, faults);
    }

    /**
     * A guard for one hook.
     *
     * @param hook unique within the plugin, for people and metrics
     */
    public PluginGuard guard(HookOwner owner, String hook, PluginGuard.Watch watched) {
        PluginGuard guard = new PluginGuard(this, owner, hook, watched);
        all.add(guard);
        if (watched == PluginGuard.Watch.CALLS) {
            watch.use();
        }
        return guard;
    }

    void ended(PluginGuard guard) {
        all.remove(guard);
        metrics.end(guard.owner().pluginId(), guard.hook());
        troubles.remove(guard);
        if (guard.watch() == PluginGuard.Watch.CALLS) {
            watch.unuse();
        }
    }

    /** A plugin needs code that is not there: all its guards are off. */
    void quarantine(String pluginId, String reason) {
        for (PluginGuard guard : all) {
            if (guard.owner().pluginId().equals(pluginId)) {
                guard.quarantined(reason);
            }
        }
    }

    void trouble(PluginGuard guard, String reason) {
        troubles.put(guard, reason);
    }

    void well(PluginGuard guard) {
        troubles.remove(guard);
    }

    /** What is wrong now, {@code plugin/hook: reason} each; empty when nothing is. */
    public List<String> troubles() {
        Map<String, String> sorted = new TreeMap<>();
        troubles.forEach((guard, reason) -> sorted.put(guard.name(), reason));
        List<String> lines = new ArrayList<>();
        sorted.forEach((name, reason) -> lines.add(name + ": " + reason));
        return lines;
    }

    public GuardConfig config() {
        return config;
    }

    public Clock clock() {
        return clock;
    }

    /**
     * Waits until no thread is inside put hooks of this plugin. For removal only, when no call begins any more.
     *
     * @param limitNanos how long, from now
     * @return the calls still running, {@code thread in plugin/hook} each
     */
    public List<String> awaitQuiet(String pluginId, long limitNanos) {
        long began = clock.nanos();
        List<String> running = watch.callsInto(pluginId);
        while (!running.isEmpty()
                && clock.nanos() - began < limitNanos
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(this, QUIET_CHECK_NANOS);
            running = watch.callsInto(pluginId);
        }
        return running;
    }

    GuardMetrics metrics() {
        return metrics;
    }

    /** Where threads say what they are calling. */
    public StuckWatch watch() {
        return watch;
    }

    @Override
    public void close() {
        watch.close();
    }
}
