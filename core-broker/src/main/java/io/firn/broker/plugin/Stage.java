package io.firn.broker.plugin;

import io.firn.broker.plugin.config.Settings;
import io.firn.broker.plugin.context.LiveContext;
import io.firn.broker.plugin.context.Registered;
import io.firn.broker.plugin.jar.PluginClassLoader;
import io.firn.broker.plugin.store.AuditLog;
import io.firn.broker.plugin.store.DataDirectory;
import io.firn.broker.runtime.Clock;
import io.firn.broker.runtime.ThreadFamily;
import io.firn.spi.PluginIdentity;
import io.firn.spi.StopReason;
import io.firn.spi.contract.SpiVersion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Brings single plugins up and down: class loader, context, start, stop, and the state in between, which every step tells
 * to log and audit. What other plugins it takes along is decided elsewhere. Owner: {@code firn-plugins}.
 */
final class Stage {

    private static final Logger LOG = LoggerFactory.getLogger(Stage.class);

    private final PluginConfig config;
    private final PluginPorts ports;
    private final Lifecycle lifecycle;
    private final Pf4jShelf shelf;
    private final AuditLog audit;
    private final Events events;
    /** Plugins whose loader is open, by id. */
    private final Map<String, HostedPlugin> loaded = new HashMap<>();

    /** Plugins whose loader was closed and may not be freed yet. */
    private final List<HostedPlugin> closed = new ArrayList<>();

    private @Nullable StopReason stopping;
    private Lifecycle.Manner manner = Lifecycle.Manner.ASK;
    /** What the plugin that was stopped last says depends on it. */
    private List<String> dependents = List.of();

    /** What plugins cause themselves, on any thread. */
    record Events(BiConsumer<String, LinkageError> unlinked, BiConsumer<String, Registered> endedEarly) {}

    Stage(PluginConfig config, PluginPorts ports, ClassLoader host, Events events) {
        this.config = config;
        this.ports = ports;
        this.events = events;
        this.lifecycle =
                new Lifecycle(new Sinks(ports.sinks()), config.startLimit(), config.stopLimit(), ports.clock());
        this.audit = ports.audit();
        this.shelf = new Pf4jShelf(host, SpiVersion.current(), new Steps());
    }

    /** Called by PF4J. */
    private final class Steps implements Pf4jShelf.Steps {

        @Override
        public void start(String id) {
            HostedPlugin plugin = required(id);
            HostedPlugin.Running running = plugin.running();
            if (running == null) {
                throw new IllegalStateException(id + " has no context");
            }
            lifecycle.start(plugin, running);
        }

        @Override
        public void stop(String id) {
            HostedPlugin plugin = required(id);
            StopReason reason = stopping;
            end(plugin, reason == null ? StopReason.FAILURE : reason);
        }
    }

    private HostedPlugin required(String id) {
        HostedPlugin plugin = loaded.get(id);
        if (plugin == null) {
            throw new IllegalStateException(id + " is not loaded");
        }
        return plugin;
    }

    Map<String, HostedPlugin> loaded() {
        return loaded;
    }

    /** Plugins that were closed and whose classes may still be there. */
    List<HostedPlugin> closed() {
        return closed;
    }

    /** A plugin that owns data is not there: its topics are offline, what it may hold stays. */
    void withhold(String id, String why) {
        lifecycle.withhold(id, why);
        note(id, "WITHHELD " + why);
    }

    /** A plugin is not expected back: what it served and held is free. */
    void release(String id) {
        lifecycle.release(id);
    }

    Pf4jShelf shelf() {
        return shelf;
    }

    /** Loads and starts a plugin whose dependencies are active. It is ACTIVE or FAILED afterwards, and nothing thrown. */
    void up(HostedPlugin plugin, String why) {
        try {
            PluginClassLoader loader = shelf.load(plugin.jar());
            loaded.put(plugin.id(), plugin);
            plugin.hold(open(plugin, loader));
            become(plugin, PluginState.STARTING, why);
            shelf.begin(plugin.id());
            become(plugin, PluginState.ACTIVE, why);
        } catch (RuntimeException e) {
            // whatever it is, the plugin's own, a sink's or PF4J's: one plugin does not take the broker's start with it
            fail(plugin, e);
        }
    }

    private void fail(HostedPlugin plugin, RuntimeException failure) {
        LOG.error("plugin {} did not start", plugin.jar().label(), failure);
        if (loaded.get(plugin.id()) == plugin) {
            end(plugin, StopReason.FAILURE);
            forget(plugin);
        }
        become(plugin, PluginState.FAILED, Lifecycle.explain(failure));
    }

    private HostedPlugin.Running open(HostedPlugin plugin, PluginClassLoader loader) {
        String id = plugin.id();
        ThreadFamily threads = ThreadFamily.open("firn-plugin-" + id, loader, () -> MDC.put("plugin", id));
        DataDirectory directory = DataDirectory.open(config.state().resolve(id));
        try {
            LiveContext context = context(plugin, loader, threads, directory.path());
            return new HostedPlugin.Running(
                    loader, threads, context, directory, SettingsWatch.changed(config.settings(), id));
        } catch (RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    private LiveContext context(HostedPlugin plugin, PluginClassLoader loader, ThreadFamily threads, Path directory) {
        String id = plugin.id();
        PluginIdentity identity = new PluginIdentity(
                id,
                plugin.jar().manifest().version(),
                plugin.jar().manifest().requires().text(),
                plugin.jar().sha256(),
                signer(plugin));
        return LiveContext.open(
                new LiveContext.Seat(
                        identity,
                        loader,
                        threads,
                        directory,
                        () -> Settings.read(config.settings(), id, ports.environment()),
                        error -> events.unlinked().accept(id, error),
                        registered -> events.endedEarly().accept(id, registered)),
                ports.context());
    }

    private static Optional<String> signer(HostedPlugin plugin) {
        String by = plugin.trustedBy();
        return by.startsWith("signer ") ? Optional.of(by.substring("signer ".length())) : Optional.empty();
    }

    /**
     * Stops and unloads an active plugin nobody depends on any more. It is {@code next} or LEAKED afterwards.
     *
     * @return what it says can not be read without it
     */
    List<String> down(HostedPlugin plugin, StopReason reason, PluginState next, String why) {
        become(plugin, PluginState.STOPPING, why);
        stopping = reason;
        dependents = List.of();
        try {
            shelf.end(plugin.id());
        } finally {
            stopping = null;
        }
        forget(plugin);
        if (plugin.state() != PluginState.LEAKED) {
            become(plugin, next, why);
        }
        return dependents;
    }

    /** From now on a plugin that is brought down is not asked to stop. */
    void abandon() {
        manner = Lifecycle.Manner.ABANDON;
    }

    /** Everything but the loader; says what was left. */
    private void end(HostedPlugin plugin, StopReason reason) {
        HostedPlugin.Running running = plugin.running();
        if (running == null) {
            return;
        }
        Lifecycle.Aftermath aftermath = manner == Lifecycle.Manner.ABANDON
                ? lifecycle.abandon(running)
                : lifecycle.stop(plugin, running, reason);
        dependents = aftermath.dependents();
        for (String remark : aftermath.remarks()) {
            LOG.warn("plugin {} at its stop: {}", plugin.jar().label(), remark);
        }
        for (String dependent : dependents) {
            LOG.warn(
                    "plugin {} at its stop: cannot be read without it: {}",
                    plugin.jar().label(),
                    dependent);
        }
        if (!aftermath.leaks().isEmpty()) {
            become(plugin, PluginState.LEAKED, "left behind: " + String.join("; ", aftermath.leaks()));
        }
    }

    /** Closes the loader and lets go of everything. */
    private void forget(HostedPlugin plugin) {
        loaded.remove(plugin.id());
        HostedPlugin.Running running = plugin.running();
        plugin.hold(null);
        shelf.forget(plugin.id());
        if (running != null) {
            running.directory.close();
            plugin.watch(running.loader, ports.clock().nanos());
            closed.removeIf(HostedPlugin::isFreed);
            closed.add(plugin);
        }
    }

    /** The plugin ends one of its registrations: no call of it begins after this returns. Any thread; does not wait. */
    void cease(Registered registered) {
        lifecycle.cease(registered);
    }

    /** Ends one registration of an active plugin. */
    void endEarly(String id, Registered registered) {
        lifecycle.end(registered);
        LOG.info("plugin {} ended its {}", id, registered.label());
    }

    void become(HostedPlugin plugin, PluginState next, String why) {
        Clock clock = ports.clock();
        PluginState before = plugin.state();
        plugin.become(next, isTrouble(next) ? why : "", clock.millis());
        note(plugin.jar().label(), before + " -> " + next + " " + why);
    }

    /** One line in the log and one for the auditor. */
    void note(String subject, String what) {
        LOG.info("plugin {} {}", subject, what);
        audit.note(subject, what);
    }

    private static boolean isTrouble(PluginState state) {
        return switch (state) {
            case REFUSED, FAILED, QUARANTINED, LEAKED, DISABLED -> true;
            case RESOLVED, STARTING, ACTIVE, STOPPING, STOPPED -> false;
        };
    }
}
