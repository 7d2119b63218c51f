package io.firn.broker.plugin.dispatch;

import io.firn.broker.log.CommitLog;
import io.firn.broker.plugin.guard.Guards;
import io.firn.broker.plugin.guard.HookOwner;
import io.firn.broker.plugin.guard.OperatorAudit;
import io.firn.broker.plugin.guard.PluginGuard;
import io.firn.broker.produce.ProduceThrottle;
import io.firn.broker.runtime.AgentThread;
import io.firn.broker.runtime.FaultHandler;
import io.firn.broker.runtime.MetricFamily;
import io.firn.broker.runtime.MetricFamily.Kind;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.ReadablePosition;
import io.firn.broker.runtime.StorageException;
import io.firn.spi.dispatch.CommitLogDispatcher;
import io.firn.spi.dispatch.DispatcherSpec;
import io.firn.spi.dispatch.LagPolicy;
import io.firn.spi.dispatch.StartFrom;
import io.firn.spi.topic.Topic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * All dispatchers of plugins. {@link #tick()} keeps their progress on disk and looks at their lag, on the housekeeper;
 * {@link #busy()} is asked by io threads; registering and operators come on any thread.
 */
public final class LogDispatchers implements ProduceThrottle, AutoCloseable {

    private static final String FILE_PREFIX = "dispatcher-";
    private static final String FILE_SUFFIX = ".progress";

    private final Stores stores;
    private final Guards guards;
    private final FaultHandler faults;
    private final OperatorAudit audit;
    private final DispatchAgent.Feed feed;
    private final MetricFamily lagBytes;
    private final MetricFamily lagSeconds;
    /** Tells this run of the broker from others: a position of another run may lie beyond a log that was cut since. */
    private final long run = ThreadLocalRandom.current().nextLong();

    private final List<RunningDispatcher> all = new CopyOnWriteArrayList<>();
    private final AtomicBoolean following = new AtomicBoolean();
    /** Those that may ask producers to wait; null when there are none. */
    private volatile RunningDispatcher @Nullable [] throttling;

    /**
     * Where messages are.
     *
     * @param confirmed log position up to which messages are shown: what is on disk, whatever consumers see
     * @param topics a topic as it is now; null when there is none
     */
    public record Stores(CommitLog log, ReadablePosition confirmed, Function<String, @Nullable Topic> topics) {}

    /** No dispatcher yet. The caller calls {@link #wake()} when the confirmed position moves. */
    public LogDispatchers(Stores stores, Guards guards, Metrics metrics, FaultHandler faults, OperatorAudit audit) {
        this.stores = stores;
        this.guards = guards;
        this.faults = faults;
        this.audit = audit;
        this.feed = new DispatchAgent.Feed(stores.log, stores.confirmed, guards.clock(), stores.topics);
        this.lagBytes = metrics.family(
                Kind.GAUGE,
                "firn_plugin_dispatcher_lag_bytes",
                "Bytes of the log that a dispatcher has not called durable.",
                "plugin",
                "dispatcher");
        this.lagSeconds = metrics.family(
                Kind.GAUGE,
                "firn_plugin_dispatcher_lag_seconds",
                "Age of the oldest message that a dispatcher has not called durable.",
                "plugin",
                "dispatcher");
    }

    /**
     * A dispatcher that follows the log.
     *
     * @throws StorageException when its progress can not be read or written
     */
    public RunningDispatcher add(HookOwner owner, DispatcherSpec spec, CommitLogDispatcher dispatcher) {
        if (following.compareAndSet(false, true)) {
            stores.log.onFlush(this::wake);
        }
        Path path = owner.dataDir().resolve(FILE_PREFIX + spec.name() + FILE_SUFFIX);
        ProgressFile file = ProgressFile.open(path);
        DispatchAgent.Begin begin;
        try {
            begin = begin(file, spec);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
        PluginGuard guard = guards.guard(owner, "dispatcher-" + spec.name(), PluginGuard.Watch.NONE);
        DispatchAgent agent = new DispatchAgent(guard, spec, dispatcher, feed, begin);
        AgentThread thread = AgentThread.start(agent, faults);
        agent.wakeBy(thread::wake);
        Runnable forget = feed.clock().onMove(thread::wake);
        RunningDispatcher running = new RunningDispatcher(agent, thread, file, run, ended -> {
            forget.run();
            removed(ended);
        });
        all.add(running);
        listThrottling();
        lagBytes.put(agent::lagBytes, owner.pluginId(), spec.name());
        lagSeconds.put(agent::lagSeconds, owner.pluginId(), spec.name());
        thread.wake();
        return running;
    }

    /** Where the dispatcher goes on; a dispatcher that begins has that on disk before it is shown anything. */
    private DispatchAgent.Begin begin(ProgressFile file, DispatcherSpec spec) {
        ProgressFile.Saved saved = file.read();
        if (saved == null) {
            long position = spec.start() == StartFrom.EARLIEST ? stores.log.minPosition() : stores.confirmed.get();
            file.write(new ProgressFile.Saved(position, run));
            return new DispatchAgent.Begin(position, DispatchAgent.NOWHERE);
        }
        long end = stores.log.recovery().end();
        if (saved.run() != run && saved.position() > end) {
            return new DispatchAgent.Begin(end, end);
        }
        long aligned = new BatchCutter(stores.log, spec.batching(), guards.clock()).align(saved.position());
        return new DispatchAgent.Begin(aligned, DispatchAgent.NOWHERE);
    }

    private void removed(RunningDispatcher gone) {
        all.remove(gone);
        listThrottling();
        String plugin = gone.pluginId();
        lagBytes.remove(plugin, gone.name());
        lagSeconds.remove(plugin, gone.name());
    }

    private synchronized void listThrottling() {
        RunningDispatcher[] some = all.stream()
                .filter(each -> each.spec().lag().policy() == LagPolicy.THROTTLE_PRODUCERS)
                .toArray(RunningDispatcher[]::new);
        throttling = some.length == 0 ? null : some;
    }

    @Override
    public @Nullable String busy() {
        RunningDispatcher[] some = throttling;
        if (some == null) {
            return null;
        }
        for (RunningDispatcher each : some) {
            if (each.isOverLimit()) {
                return "plugin " + each.pluginId() + ": dispatcher " + each.name()
                        + " is behind and asks producers to wait; try again later";
            }
        }
        return null;
    }

    /** There may be more to show. Any thread; does not block. */
    public void wake() {
        for (RunningDispatcher each : all) {
            each.wake();
        }
    }

    /** A topic is new, other or gone. */
    public void topicChanged(String topic) {
        all.forEach(each -> each.topicChanged(topic));
    }

    /** The log was cut: what lies at or above the position never happened. */
    public void truncated(long position) {
        all.forEach(each -> each.truncated(position));
    }

    /** Once a second, on the housekeeper: progress to disk, lag to those who want to know. */
    public void tick() {
        all.forEach(RunningDispatcher::tick);
    }

    /** Who still needs bytes below this position, a phrase with plugin and reason each; empty when nobody does. */
    public List<Needed> needing(long end) {
        return all.stream()
                .filter(each -> each.spec().lag().policy() != LagPolicy.ALERT && each.saved() < end)
                .map(each -> new Needed(each.pluginId(), "dispatcher " + each.name() + " has not taken it yet"))
                .toList();
    }

    /**
     * A plugin that needs bytes of the log.
     *
     * @param reason without numbers
     */
    public record Needed(String pluginId, String reason) {}

    /**
     * Lets a dispatcher go on behind what it was shown last, or at a position an operator names: what lies before is
     * never shown to it again.
     *
     * @param position null: the end of the last batch
     * @return where it goes on
     * @throws IllegalArgumentException when there is no such dispatcher, or the position is not ahead of it
     */
    public long skip(String pluginId, String name, @Nullable Long position, String operator) {
        RunningDispatcher found = all.stream()
                .filter(each -> each.pluginId().equals(pluginId) && each.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("plugin " + pluginId + " has no dispatcher " + name));
        long to = position == null ? found.given() : position;
        if (to <= found.durable() || to > stores.confirmed.get()) {
            throw new IllegalArgumentException("dispatcher " + name + " can skip to a position above " + found.durable()
                    + " and up to " + stores.confirmed.get() + ", not to " + to);
        }
        audit.line(
                operator,
                "dispatcher " + name + " of plugin " + pluginId + " skips from " + found.durable() + " to " + to);
        found.skipTo(to);
        return to;
    }

    /** How far each dispatcher of a plugin is, for operators. */
    public List<DispatcherState> states(String pluginId) {
        return all.stream()
                .filter(each -> each.pluginId().equals(pluginId))
                .map(RunningDispatcher::state)
                .toList();
    }

    /** Ends all, each within a moment, their progress on disk. */
    @Override
    public void close() {
        for (RunningDispatcher each : all) {
            each.end(Duration.ofSeconds(1));
        }
    }
}
