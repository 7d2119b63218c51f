package io.firn.broker.plugin;

import io.firn.broker.plugin.context.Registered;
import io.firn.broker.plugin.context.RegistrationSink.Leaving;
import io.firn.broker.plugin.jar.PluginException;
import io.firn.broker.runtime.Clock;
import io.firn.spi.BrokerPlugin;
import io.firn.spi.StopReason;
import io.firn.spi.StopReport;
import io.firn.spi.contract.Deadline;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The steps of one plugin's start and stop, in their order: construct, start, put in force; and no new calls, calls in
 * flight done, stop, cancel tasks, look for what is left. A plugin's code runs on its own threads within a limit, so
 * nothing it does keeps {@code firn-plugins}, which calls this, for longer.
 */
final class Lifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(Lifecycle.class);
    private static final Duration THREADS_END = Duration.ofSeconds(2);
    private static final Duration LEAST_GRACE = Duration.ofSeconds(1);

    private final Sinks sinks;
    private final Duration startLimit;
    private final Duration stopLimit;
    private final Clock clock;

    Lifecycle(Sinks sinks, Duration startLimit, Duration stopLimit, Clock clock) {
        this.sinks = sinks;
        this.startLimit = startLimit;
        this.stopLimit = stopLimit;
        this.clock = clock;
    }

    /**
     * Constructs and starts it and puts in force what it registers.
     *
     * @throws PluginException when any of that fails; then nothing of it is in force, and {@link #stop} ends the rest
     */
    void start(HostedPlugin plugin, HostedPlugin.Running running) {
        List<Registered> registered = registrations(plugin, running);
        if (registered.isEmpty()) {
            throw new PluginException("it registered nothing in start(): register at least one hook, reader, command,"
                    + " route or metric");
        }
        sinks.add(registered, deadline(stopLimit));
        // what the plugin ended before it was in force
        List<Registered> kept = running.context.registered();
        registered.stream().filter(one -> !kept.contains(one)).forEach(this::end);
    }

    private List<Registered> registrations(HostedPlugin plugin, HostedPlugin.Running running) {
        try {
            return running.threads.call("start", startLimit, () -> {
                BrokerPlugin instance = construct(plugin, running);
                running.instance = instance;
                running.context.beginRegistering();
                instance.start(running.context);
                return running.context.endRegistering();
            });
        } catch (TimeoutException e) {
            running.context.endRegistering();
            throw new PluginException("its start did not end: " + e.getMessage(), e);
        } catch (ExecutionException e) {
            running.context.endRegistering();
            Throwable failure = e.getCause() == null ? e : e.getCause();
            throw new PluginException("its start failed: " + explain(failure), failure);
        }
    }

    private static BrokerPlugin construct(HostedPlugin plugin, HostedPlugin.Running running) throws Exception {
        String name = plugin.jar().manifest().mainClass();
        Class<?> type = Class.forName(name, true, running.loader);
        if (!BrokerPlugin.class.isAssignableFrom(type)) {
            throw new PluginException("Plugin-Class " + name + " does not implement " + BrokerPlugin.class.getName());
        }
        try {
            return type.asSubclass(BrokerPlugin.class).getConstructor().newInstance();
        } catch (InvocationTargetException e) {
            throw new PluginException("the constructor of " + name + " failed: " + explain(e.getTargetException()), e);
        } catch (ReflectiveOperationException e) {
            throw new PluginException(
                    "Plugin-Class " + name + " has to be a public class with a public constructor without parameters: "
                            + e,
                    e);
        }
    }

    /** A failure in words; a missing class or member is named with what to do. */
    static String explain(@Nullable Throwable failure) {
        if (failure instanceof LinkageError) {
            return failure
                    + ": a class or member that the plugin was built with is not there; put the library it is from"
                    + " into the jar, or use a release of the plugin for this broker";
        }
        if (failure instanceof PluginException) {
            return String.valueOf(failure.getMessage());
        }
        return String.valueOf(failure);
    }

    /** How plugins are brought down. */
    enum Manner {
        /** Asked to stop, and waited for. */
        ASK,
        /** Cut off. */
        ABANDON
    }

    /**
     * What a stop left behind. Sentences; empty when it was clean.
     *
     * @param dependents what can not be read without the plugin
     */
    record Aftermath(List<String> remarks, List<String> dependents, List<String> leaks) {}

    /** Ends everything of the plugin but its class loader. Does not throw. */
    Aftermath stop(HostedPlugin plugin, HostedPlugin.Running running, StopReason reason) {
        List<String> remarks = new ArrayList<>();
        Deadline deadline = deadline(stopLimit);
        for (String call : sinks.remove(running.context.registered(), leaving(plugin, reason), deadline)) {
            remarks.add("a call into it is still running: " + call);
        }
        BrokerPlugin instance = running.instance;
        StopReport report = instance == null ? StopReport.clean() : stopInstance(instance, running, reason);
        report.unfinished().forEach(work -> remarks.add("unfinished: " + work));
        return new Aftermath(remarks, report.dependents(), endRest(running));
    }

    /** Ends it as the end of the process does: it is not asked. Does not throw. */
    Aftermath abandon(HostedPlugin.Running running) {
        sinks.remove(running.context.registered(), Leaving.AWAY, deadline(Duration.ZERO));
        return new Aftermath(List.of(), List.of(), endRest(running));
    }

    /** Tasks and threads; what is left of them. */
    private static List<String> endRest(HostedPlugin.Running running) {
        running.context.close();
        List<String> leaks = new ArrayList<>();
        for (String stuck : running.threads.shutdown(THREADS_END)) {
            LOG.debug("executor {} did not end", stuck);
        }
        leaks.addAll(running.threads.leftovers(THREADS_END));
        leaks.addAll(Leftovers.of(running.loader));
        return leaks;
    }

    private static Leaving leaving(HostedPlugin plugin, StopReason reason) {
        return switch (reason) {
            case UPGRADE -> Leaving.HANDOVER;
            case FAILURE -> plugin.ownsStorage() ? Leaving.OFFLINE : Leaving.AWAY;
            case SHUTDOWN, DISABLE, DETACH -> Leaving.AWAY;
        };
    }

    /** What it says of its stop; one that says nothing useful is told of as unfinished. */
    private StopReport stopInstance(BrokerPlugin instance, HostedPlugin.Running running, StopReason reason) {
        try {
            StopReport report =
                    running.threads.call("stop", stopLimit.plus(LEAST_GRACE), () -> instance.stop(reason, stopLimit));
            return report == null ? unfinished("its stop() returned null", reason) : report;
        } catch (TimeoutException e) {
            return unfinished("its stop did not end: " + e.getMessage(), reason);
        } catch (ExecutionException e) {
            return unfinished("its stop failed: " + explain(e.getCause()), reason);
        }
    }

    /** A plugin that can not say what depends on it may be needed by everything. */
    private static StopReport unfinished(String what, StopReason reason) {
        return new StopReport(List.of(what), reason == StopReason.DETACH ? List.of(what) : List.of());
    }

    void withhold(String id, String why) {
        sinks.withhold(id, why);
    }

    void release(String id) {
        sinks.release(id);
    }

    /** No call of this registration begins after this returns. Any thread; does not wait. */
    void cease(Registered registered) {
        sinks.cease(registered);
    }

    /** Ends a single registration while the plugin goes on. */
    void end(Registered registered) {
        sinks.remove(List.of(registered), Leaving.AWAY, deadline(Duration.ZERO));
    }

    private Deadline deadline(Duration limit) {
        return Deadline.after(limit, clock::nanos);
    }
}
