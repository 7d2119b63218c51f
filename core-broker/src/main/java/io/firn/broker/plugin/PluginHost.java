package io.firn.broker.plugin;

import io.firn.broker.plugin.config.Explained;
import io.firn.broker.plugin.context.HealthParts;
import io.firn.broker.plugin.context.PluginSeries;
import io.firn.broker.plugin.context.Registered;
import io.firn.broker.plugin.jar.PluginException;
import io.firn.broker.plugin.jar.TrustList;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.Metrics;
import io.firn.broker.runtime.Nearest;
import io.firn.broker.runtime.TaskAgent;
import io.firn.spi.BrokerPlugin;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds, opens and closes plugins. All changes run one after the other on {@code firn-plugins}, which also looks at the
 * plugin directory twice a second; a plugin's own code never runs there. Methods are for any thread.
 */
public final class PluginHost implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PluginHost.class);
    private static final int WAITING_TASKS = 4_096;
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);
    private static final long LEAK_GRACE_NS = Duration.ofSeconds(60).toNanos();

    private final PluginConfig config;
    private final Clock clock;
    private final TaskAgent agent;
    private final Roster roster;
    private final Stage stage;
    private final JarDirectory directory;
    private final SettingsWatch settings;
    private final Metrics.Count leaks;
    private volatile List<PluginStatus> statuses = List.of();
    private volatile SortedMap<String, Active> actives = new TreeMap<>();
    /** Plugins that were to be removed and are not, with the reason. Written while opening. */
    private volatile SortedMap<String, String> undetached = new TreeMap<>();
    /** Guarded by the monitor. */
    private boolean closed;

    /** What is asked of active plugins by other threads. */
    private record Active(HostedPlugin.Running running, PluginSeries series) {}

    private PluginHost(PluginConfig config, PluginPorts given) {
        Meterings meterings = new Meterings();
        PluginPorts ports = given.with(meterings);
        ClassLoader spi = BrokerPlugin.class.getClassLoader();
        this.config = config;
        this.clock = ports.clock();
        this.agent = TaskAgent.start("firn-plugins", WAITING_TASKS, ports.clock(), ports.faults());
        this.stage = new Stage(config, ports, spi, new Stage.Events(this::unlinked, this::endedEarly));
        Intake intake = new Intake(config.state().resolve(".cache"), spi, config.trust(), config.trusted());
        this.roster = new Roster(config, ports, intake, stage);
        this.directory = new JarDirectory(config.jars(), ports.clock());
        this.settings = new SettingsWatch(config.settings(), config.startLimit());
        this.leaks = ports.metrics()
                .counter("firn_plugins_loader_leaks_total", "Class loaders of plugins that were closed and not freed.");
        HostMetrics.addTo(ports.metrics(), () -> statuses, this::series, meterings::ask);
    }

    /**
     * Loads and starts what is in the plugin directory. Plugins that cannot be used are left out and told by
     * {@link #status()}; blocks up to the limits of those that hang.
     *
     * @throws PluginException when one that is required, or owns data, is not active: the message says how to go on
     * @throws io.firn.broker.runtime.ConfigException when the list of trusted plugins cannot be read
     */
    public static PluginHost open(PluginConfig config, PluginPorts ports) {
        var _ = TrustList.read(config.trusted());
        PluginHost host = new PluginHost(config, ports);
        try {
            host.run(host::begin);
            host.agent.execute(host::startLooking);
            return host;
        } catch (RuntimeException e) {
            host.close();
            throw e;
        }
    }

    private void begin() {
        roster.arrive(directory.all());
        publish();
        detach();
        leaveOut();
        List<String> missing = new ArrayList<>();
        for (String id : roster.indispensable()) {
            if (config.without().contains(id)) {
                LOG.warn("going on without plugin {}: its topics are offline, nothing it may hold is deleted", id);
                stage.withhold(id, "is left out by the operator (firn start --without-plugin " + id + ")");
            } else if (!actives.containsKey(id)) {
                missing.add(absence(id));
            }
        }
        if (!missing.isEmpty()) {
            throw new PluginException(String.join("\n", missing));
        }
        roster.tidy();
    }

    private void leaveOut() {
        Set<String> known = new TreeSet<>(roster.plugins().keySet());
        known.addAll(roster.indispensable());
        for (String id : config.without()) {
            if (!known.contains(id)) {
                LOG.warn(
                        "{} names {}, which is no plugin here{}",
                        PluginConfig.WITHOUT_KEY,
                        id,
                        Nearest.hint(id, known));
            }
        }
    }

    private void detach() {
        SortedMap<String, String> kept = new TreeMap<>();
        for (String id : config.detach()) {
            String why = roster.detach(id);
            if (why == null) {
                LOG.warn("plugin {} is detached: its jar may be deleted", id);
            } else {
                LOG.error("plugin {} is NOT detached: {}", id, why);
                stage.note(id, "NOT DETACHED " + why);
                kept.put(id, why);
            }
        }
        undetached = kept;
        publish();
    }

    private String absence(String id) {
        String why = roster.owners().contains(id)
                ? "owns data in this store"
                : "is required by " + PluginConfig.REQUIRED_KEY;
        String unread = directory.fault().isEmpty() ? "" : "; " + directory.fault();
        return "plugin " + id + " " + why + " and is not active (" + roster.absence(id) + unread
                + "). Put it right and start"
                + " again, or start with -D" + PluginConfig.WITHOUT_KEY + "=" + id
                + " (firn start --without-plugin " + id
                + "): its topics stay offline and nothing it may hold is deleted";
    }

    private void startLooking() {
        agent.every(LOOK_EVERY, this::look);
    }

    private void look() {
        JarDirectory.Change change = directory.changes();
        if (!change.arrived().isEmpty() || !change.gone().isEmpty()) {
            roster.gone(change.gone());
            roster.arrive(change.arrived());
            publish();
        }
        settings.look(roster.plugins().values());
        for (HostedPlugin plugin : stage.closed()) {
            if (plugin.isLoaderHeld(clock.nanos(), LEAK_GRACE_NS)) {
                plugin.endWatch();
                leaks.increment();
                stage.become(
                        plugin,
                        PluginState.LEAKED,
                        "its classes are still in memory a minute after it was closed:"
                                + " a thread, listener or cache outside of it holds one of its objects");
                publish();
            }
        }
    }

    private void publish() {
        SortedMap<String, Active> now = new TreeMap<>();
        for (HostedPlugin plugin : roster.plugins().values()) {
            HostedPlugin.Running running = plugin.running();
            if (running != null && plugin.state() == PluginState.ACTIVE) {
                now.put(plugin.id(), new Active(running, running.context.series()));
            }
        }
        actives = now;
        statuses = roster.statuses();
    }

    private void unlinked(String id, LinkageError cause) {
        agent.execute(() -> {
            roster.quarantine(id, Lifecycle.explain(cause));
            publish();
        });
    }

    /** On a thread of the plugin, whose call returns when nothing of this registration begins any more. */
    private void endedEarly(String id, Registered registered) {
        stage.cease(registered);
        agent.execute(() -> {
            stage.endEarly(id, registered);
            publish();
        });
    }

    /** Every plugin that was found, by id, and every file that was refused. Parts that are not well are as of now. */
    public List<PluginStatus> status() {
        return statuses.stream().map(this::refreshed).toList();
    }

    private PluginStatus refreshed(PluginStatus status) {
        Active active = actives.get(status.id());
        return active == null
                ? status
                : status.withTroubles(active.running().context.healthParts().troubles());
    }

    /** Switches a plugin on; the status it comes to, or {@link PluginException}. */
    public CompletableFuture<List<PluginStatus>> enable(String id) {
        return change(() -> roster.enable(id));
    }

    /** Stops a plugin and switches it off; {@link PluginException} when it may not be. */
    public CompletableFuture<List<PluginStatus>> disable(String id) {
        return change(() -> roster.disable(id));
    }

    private CompletableFuture<List<PluginStatus>> change(Runnable change) {
        return agent.submit(() -> {
            try {
                change.run();
            } finally {
                publish();
            }
            return statuses;
        });
    }

    /** Has a plugin read its settings again; what came of it. */
    public CompletableFuture<String> reload(String id) {
        return agent.submit(() -> {
            HostedPlugin plugin = roster.plugins().get(id);
            HostedPlugin.Running running = plugin == null ? null : plugin.running();
            if (plugin == null || running == null) {
                throw new PluginException("plugin " + id + " is not active");
            }
            return settings.reload(plugin, running);
        });
    }

    /** Where it looks for plugins and keeps what belongs to them. */
    public PluginConfig config() {
        return config;
    }

    /** The settings of an active plugin, a row a key; empty for others. Reads files. */
    public List<Explained> explain(String id) {
        Active active = actives.get(id);
        return active == null ? List.of() : active.running().context.settings().explain();
    }

    /** How the plugins are together: the worst part of the worst, with every reason. */
    public HealthParts.Part health() {
        HealthParts.Level worst = HealthParts.Level.UP;
        List<String> reasons = new ArrayList<>();
        for (PluginStatus status : status()) {
            if (status.isTrouble()) {
                worst = worse(worst, HealthParts.Level.DEGRADED);
                reasons.add(status.id() + " is " + status.state() + ": " + status.cause());
            }
            for (Map.Entry<String, HealthParts.Part> part : status.troubles().entrySet()) {
                worst = worse(worst, part.getValue().level());
                reasons.add(status.id() + " " + part.getKey() + ": "
                        + part.getValue().reason());
            }
        }
        if (!directory.fault().isEmpty()) {
            worst = worse(worst, HealthParts.Level.DEGRADED);
            reasons.add(directory.fault());
        }
        for (Map.Entry<String, String> kept : undetached.entrySet()) {
            worst = worse(worst, HealthParts.Level.DEGRADED);
            reasons.add(kept.getKey() + " is not detached: " + kept.getValue());
        }
        for (String id : config.without()) {
            worst = worse(worst, HealthParts.Level.DEGRADED);
            reasons.add(id + " is left out by " + PluginConfig.WITHOUT_KEY);
        }
        return new HealthParts.Part(worst, String.join("; ", reasons));
    }

    private static HealthParts.Level worse(HealthParts.Level one, HealthParts.Level other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private List<PluginSeries> series() {
        return actives.values().stream().map(Active::series).toList();
    }

    /** Stops all plugins, those started last first, and ends. Idempotent. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        run(() -> {
            roster.stopAll();
            publish();
        });
        agent.close();
    }

    /**
     * Ends the plugins as the end of the process does: none is asked to stop, their threads are interrupted. What goes on
     * all the same is LEAKED in {@link #status()}.
     */
    public synchronized void abandon() {
        run(stage::abandon);
        close();
    }

    /** The class loader of an active plugin, null for others: to see whether it is freed once the plugin is unloaded. */
    public @Nullable WeakReference<ClassLoader> loader(String id) {
        Active active = actives.get(id);
        return active == null ? null : new WeakReference<>(active.running().loader);
    }

    /** On {@code firn-plugins}, waiting for it: at start and stop only. */
    private void run(Runnable step) {
        Supplier<Boolean> supplier = () -> {
            step.run();
            return true;
        };
        try {
            agent.submit(supplier).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw e;
        }
    }
}
