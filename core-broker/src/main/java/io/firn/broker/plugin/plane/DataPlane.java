package io.firn.broker.plugin.plane;

import io.firn.broker.log.CommitLog;
import io.firn.broker.plugin.cleanup.CleanupHooks;
import io.firn.broker.plugin.context.RefAlarm;
import io.firn.broker.plugin.context.Registered;
import io.firn.broker.plugin.context.RegistrationSink;
import io.firn.broker.plugin.dispatch.DispatcherState;
import io.firn.broker.plugin.dispatch.LogDispatchers;
import io.firn.broker.plugin.dispatch.RunningDispatcher;
import io.firn.broker.plugin.guard.GuardConfig;
import io.firn.broker.plugin.guard.Guards;
import io.firn.broker.plugin.guard.HookOwner;
import io.firn.broker.plugin.guard.OperatorAudit;
import io.firn.broker.plugin.put.PutHookTable;
import io.firn.broker.produce.ProduceThrottle;
import io.firn.broker.produce.PutHooks;
import io.firn.broker.retention.SegmentHolds;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Closer;
import io.firn.broker.runtime.FaultHandler;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.TaskAgent;
import io.firn.spi.contract.Deadline;
import io.firn.spi.contract.Registration;
import io.firn.spi.dispatch.LagPolicy;
import io.firn.spi.retention.HeldSegment;
import io.firn.spi.topic.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Everything of plugins that acts where messages flow: put hooks, dispatchers, cleanup hooks. Plugins come and go by
 * {@link #add} and {@link #remove}, one at a time; the ports are for the rooms that own them; what operators ask may come
 * on any thread.
 */
public final class DataPlane implements RegistrationSink, AutoCloseable {

    private static final Duration TICK = Duration.ofSeconds(1);

    private final Guards guards;
    private final PutHookTable putHooks;
    private final LogDispatchers dispatchers;
    private final CleanupHooks cleanup;
    private final Closer closer = new Closer();
    private final Map<Registered, Ending> active = new ConcurrentHashMap<>();

    /** Ends one registration: no call begins afterwards. */
    @FunctionalInterface
    private interface Ending {

        /** Waits at most so long for a call under way; false when that has not come back. */
        boolean end(Duration grace);

        /** The same without waiting, for any thread: {@link #end} follows. */
        default void cease() {
            end(Duration.ZERO);
        }

        static Ending of(Registration registration) {
            return grace -> {
                registration.close();
                return true;
            };
        }

        static Ending of(RunningDispatcher dispatcher) {
            return new Ending() {
                @Override
                public boolean end(Duration grace) {
                    return dispatcher.end(grace);
                }

                @Override
                public void cease() {
                    dispatcher.cease();
                }
            };
        }
    }

    private DataPlane(GuardConfig config, Stores stores, PlaneRuntime runtime, OperatorAudit audit) {
        this.guards = Guards.open(config, runtime.clock, runtime.metrics, runtime.faults);
        this.putHooks = new PutHookTable(guards, stores.topics, runtime.metrics);
        this.dispatchers = new LogDispatchers(
                new LogDispatchers.Stores(stores.log, stores.log.flushed(), stores.topics),
                guards,
                runtime.metrics,
                runtime.faults,
                audit);
        this.cleanup = new CleanupHooks(stores.log, guards, this::neededByDispatchers, audit, runtime.metrics);
    }

    /**
     * What messages live in.
     *
     * @param topics a topic as it is now; null when there is none
     */
    public record Stores(CommitLog log, Function<String, @Nullable Topic> topics) {}

    /** What runs things. */
    public record PlaneRuntime(Clock clock, Metrics metrics, FaultHandler faults, TaskAgent housekeeper) {}

    /** No hooks yet. */
    public static DataPlane open(GuardConfig config, Stores stores, PlaneRuntime runtime, OperatorAudit audit) {
        DataPlane plane = new DataPlane(config, stores, runtime, audit);
        plane.closer.add(plane.guards);
        plane.closer.add(plane.dispatchers);
        plane.closer.add(runtime.housekeeper.every(TICK, plane.dispatchers::tick));
        return plane;
    }

    private List<CleanupHooks.PluginHold> neededByDispatchers(long end) {
        return dispatchers.needing(end).stream()
                .map(need -> new CleanupHooks.PluginHold(need.pluginId(), need.reason()))
                .toList();
    }

    /** What stands between the broker and the code of plugins. */
    public Guards guards() {
        return guards;
    }

    /** For the room that stores messages. */
    public PutHooks putHooks() {
        return putHooks;
    }

    /** For the room that stores messages. */
    public ProduceThrottle throttle() {
        return dispatchers;
    }

    /** For the room that deletes segments. */
    public SegmentHolds holds() {
        return cleanup;
    }

    @Override
    public void add(List<Registered> all) {
        List<Registered> added = new ArrayList<>();
        try {
            for (Registered each : all) {
                Ending ending = begin(each, RefAlarm.ownerOf(each.owner()));
                if (ending != null) {
                    active.put(each, ending);
                    added.add(each);
                }
            }
        } catch (RuntimeException | Error e) {
            added.forEach(each -> end(each, Duration.ZERO));
            throw e;
        }
        all.stream().map(each -> each.owner().id()).distinct().forEach(cleanup::release);
    }

    /** Null for what is not ours. */
    private @Nullable Ending begin(Registered registered, HookOwner owner) {
        return switch (registered) {
            case Registered.Put put -> Ending.of(putHooks.add(owner, put.spec(), put.hook()));
            case Registered.AsyncPut put -> Ending.of(putHooks.add(owner, put.spec(), put.hook()));
            case Registered.Cleanup each ->
                Ending.of(cleanup.add(owner, each.hook(), each.owner().threads()));
            case Registered.Dispatch dispatch ->
                Ending.of(dispatchers.add(owner, dispatch.spec(), dispatch.dispatcher()));
            default -> null;
        };
    }

    /** False when a call under way has not come back. */
    private boolean end(Registered registered, Duration grace) {
        Ending ending = active.remove(registered);
        return ending == null || ending.end(grace);
    }

    @Override
    public void cease(Registered one) {
        Ending ending = active.get(one);
        if (ending != null) {
            ending.cease();
        }
    }

    @Override
    public List<String> remove(Collection<Registered> all, Leaving leaving, Deadline deadline) {
        Set<String> plugins = new LinkedHashSet<>();
        List<String> running = new ArrayList<>();
        for (Registered each : all) {
            if (active.containsKey(each)) {
                plugins.add(each.owner().id());
                if (leaving != Leaving.AWAY && mayHold(each)) {
                    cleanup.withhold(each.owner().id(), "it is not there now and can not be asked");
                }
                if (!end(each, deadline.remaining())) {
                    running.add(each.owner().id() + ": " + each.label() + " is still at work");
                }
            }
        }
        for (String plugin : plugins) {
            running.addAll(guards.awaitQuiet(plugin, deadline.remainingNs()));
            if (cleanup.isCalling(plugin)) {
                running.add(plugin + ": its cleanup hook has not come back");
            }
        }
        return running;
    }

    private static boolean mayHold(Registered registered) {
        return registered instanceof Registered.Cleanup
                || (registered instanceof Registered.Dispatch dispatch
                        && dispatch.spec().lag().policy() != LagPolicy.ALERT);
    }

    @Override
    public void withhold(String pluginId, String why) {
        cleanup.withhold(pluginId, "it " + why);
    }

    @Override
    public void release(String pluginId) {
        cleanup.release(pluginId);
    }

    /** A topic is new, other or gone: selectors are asked again. Any thread. */
    public void topicChanged(String topic) {
        putHooks.topicChanged(topic);
        dispatchers.topicChanged(topic);
    }

    /** The log was cut: dispatchers are told. Any thread. */
    public void truncated(long position) {
        dispatchers.truncated(position);
    }

    /** What is wrong with hooks now, {@code plugin/hook: reason} each. */
    public List<String> troubles() {
        List<String> all = new ArrayList<>(guards.troubles());
        String held = cleanup.trouble();
        if (held != null) {
            all.add(held);
        }
        return all;
    }

    /** The hooks that a message of this topic meets, in order, one line each. */
    public List<String> chain(String topic) {
        return putHooks.describe(topic);
    }

    /** How far each dispatcher of a plugin is. */
    public List<DispatcherState> dispatchers(String pluginId) {
        return dispatchers.states(pluginId);
    }

    /** Segments that would have gone in the last round but for plugins, oldest first. */
    public List<HeldSegment> held() {
        return cleanup.held();
    }

    /** See {@link LogDispatchers#skip}. */
    public long skip(String pluginId, String dispatcher, @Nullable Long position, String operator) {
        return dispatchers.skip(pluginId, dispatcher, position, operator);
    }

    /** See {@link CleanupHooks#breakHold}. */
    public long breakHold(String pluginId, @Nullable Long position, String operator) {
        return cleanup.breakHold(pluginId, position, operator);
    }

    @Override
    public void close() {
        closer.close();
    }
}
