package io.firn.broker.plugin;

import io.firn.broker.plugin.jar.PluginException;
import io.firn.broker.plugin.jar.PluginJar;
import io.firn.broker.plugin.store.OwnersFile;
import io.firn.broker.plugin.store.SwitchFile;
import io.firn.broker.runtime.Nearest;
import io.firn.spi.StopReason;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * All plugins that were found, and which of them are up: what a new, changed or missing jar and an operator's word come
 * to. Owner: {@code firn-plugins}.
 */
final class Roster {

    private static final Logger LOG = LoggerFactory.getLogger(Roster.class);

    /** How every sentence about an absent dependency begins. */
    static final String LACKS = "it needs plugin ";

    private static final String LEFT_OUT = "left out by " + PluginConfig.WITHOUT_KEY;

    private final PluginConfig config;
    private final Intake intake;
    private final Stage stage;
    private final SwitchFile switches;
    private final OwnersFile owners;
    private final PluginPorts ports;
    private final SortedMap<String, HostedPlugin> plugins = new TreeMap<>();
    private final Arrivals arrivals;
    /** Ids of active plugins in the order of their start. */
    private final Set<String> started = new LinkedHashSet<>();

    Roster(PluginConfig config, PluginPorts ports, Intake intake, Stage stage) {
        this.config = config;
        this.ports = ports;
        this.intake = intake;
        this.stage = stage;
        this.arrivals = new Arrivals(intake, stage, ports.clock());
        this.switches = SwitchFile.open(config.state());
        this.owners = OwnersFile.open(config.state());
    }

    SortedMap<String, HostedPlugin> plugins() {
        return plugins;
    }

    /** Loads and starts what these files are, or says why not. */
    void arrive(List<Path> files) {
        Collection<Intake.Accepted> candidates = arrivals.sort(files, plugins);
        List<HostedPlugin> fresh = new ArrayList<>();
        for (Intake.Accepted accepted : candidates) {
            HostedPlugin plugin = made(accepted);
            HostedPlugin before = plugins.get(plugin.id());
            if (before != null && before.state() == PluginState.ACTIVE) {
                replace(before, plugin);
            } else {
                fresh.add(plugin);
            }
        }
        admit(fresh);
        fresh.forEach(this::fallBack);
        if (!candidates.isEmpty()) {
            admit(stranded());
        }
    }

    private HostedPlugin made(Intake.Accepted accepted) {
        return new HostedPlugin(
                accepted.jar(), accepted.trustedBy(), ports.clock().millis());
    }

    /** When the highest version of a plugin does not start and an older one is there, that one is used. */
    private void fallBack(HostedPlugin plugin) {
        HostedPlugin failed = plugin;
        while (failed.state() == PluginState.FAILED && !failed.cause().startsWith(LACKS)) {
            Intake.Accepted older = arrivals.next(failed.id());
            if (older == null) {
                return;
            }
            arrivals.refuse(
                    failed.jar().source(),
                    failed.jar().label() + " did not start, " + older.jar().label() + " is used: " + failed.cause());
            failed = made(older);
            admit(List.of(failed));
        }
    }

    /** Plugins that failed only because one they need was not there, and may find it now. */
    private List<HostedPlugin> stranded() {
        return plugins.values().stream()
                .filter(plugin ->
                        plugin.state() == PluginState.FAILED && plugin.cause().startsWith(LACKS))
                .map(this::again)
                .toList();
    }

    /** Starts plugins that are not loaded, dependencies first. */
    private void admit(Collection<HostedPlugin> fresh) {
        Map<String, HostedPlugin> wanted = new LinkedHashMap<>();
        for (HostedPlugin plugin : fresh) {
            plugins.put(plugin.id(), plugin);
            if (switches.isDisabled(plugin.id())) {
                stage.become(plugin, PluginState.DISABLED, "switched off by an operator");
            } else if (config.without().contains(plugin.id())) {
                stage.become(plugin, PluginState.DISABLED, LEFT_OUT);
            } else {
                wanted.put(plugin.id(), plugin);
            }
        }
        LoadOrder order = LoadOrder.of(
                wanted.values().stream().map(HostedPlugin::jar).toList(),
                stage.shelf().loaded().values());
        order.refused().forEach((id, reason) -> {
            HostedPlugin plugin = wanted.get(id);
            if (plugin != null) {
                stage.become(plugin, PluginState.FAILED, reason);
            }
        });
        for (PluginJar jar : order.loadable()) {
            HostedPlugin plugin = wanted.get(jar.manifest().id());
            if (plugin != null) {
                start(plugin);
            }
        }
    }

    private void start(HostedPlugin plugin) {
        String lacking = lacking(plugin);
        if (lacking != null) {
            stage.become(plugin, PluginState.FAILED, LACKS + lacking + ", which is not active");
            return;
        }
        stage.up(plugin, "from " + plugin.jar().source().getFileName());
        if (plugin.state() == PluginState.ACTIVE) {
            started.add(plugin.id());
            if (plugin.ownsStorage()) {
                owners.add(plugin.id(), plugin.jar().manifest().version());
            }
        }
    }

    private @Nullable String lacking(HostedPlugin plugin) {
        for (var dependency :
                Descriptors.of(plugin.jar(), stage.shelf().loaded()).getDependencies()) {
            if (!started.contains(dependency.getPluginId())) {
                return dependency.getPluginId();
            }
        }
        return null;
    }

    /**
     * Another version, or another build, of an active plugin: it and those that depend on it change over. Nothing stops
     * before it is certain that the new ones can be loaded together; when the new one does not start, the old one comes
     * back.
     */
    private void replace(HostedPlugin before, HostedPlugin after) {
        List<HostedPlugin> affected = dependentsFirst(before.id());
        String obstacle = obstacle(before, after, affected);
        if (obstacle != null) {
            arrivals.refuse(
                    after.jar().source(),
                    after.jar().label() + " does not replace " + before.jar().label() + ": " + obstacle);
            return;
        }
        affected.forEach(plugin -> stop(
                plugin,
                StopReason.UPGRADE,
                PluginState.STOPPED,
                "for " + after.jar().label()));
        List<HostedPlugin> dependents = affected.subList(0, affected.size() - 1);
        admitAfter(after, dependents);
        if (after.state() != PluginState.ACTIVE) {
            LOG.error(
                    "plugin {} did not start: back to {}",
                    after.jar().label(),
                    before.jar().label());
            arrivals.refuse(
                    after.jar().source(),
                    after.jar().label() + " did not start, " + before.jar().label() + " is used on: " + after.cause());
            admitAfter(again(before), dependents);
        }
        affected.forEach(this::settle);
    }

    /** Why a plugin can not be replaced by another jar of it; null when nothing is in the way. */
    private @Nullable String obstacle(HostedPlugin before, HostedPlugin after, List<HostedPlugin> affected) {
        if (before.ownsStorage() && !after.ownsStorage()) {
            return "it says that it owns no data (Firn-Storage-Bound), and "
                    + before.jar().label()
                    + " does: use a release that takes the data over, or remove the plugin with firn start --detach "
                    + before.id();
        }
        Map<String, PluginJar> rest = stage.shelf().loaded();
        List<PluginJar> next = new ArrayList<>(List.of(after.jar()));
        for (HostedPlugin plugin : affected) {
            rest.remove(plugin.id());
            if (plugin != before) {
                next.add(plugin.jar());
            }
        }
        LoadOrder order = LoadOrder.of(next, rest.values());
        return order.refused().isEmpty()
                ? null
                : String.join(
                        "; ",
                        order.refused().entrySet().stream()
                                .map(entry -> "plugin " + entry.getKey() + ": " + entry.getValue())
                                .toList());
    }

    private void admitAfter(HostedPlugin first, List<HostedPlugin> dependents) {
        List<HostedPlugin> next = new ArrayList<>(List.of(first));
        dependents.forEach(plugin -> next.add(again(plugin)));
        admit(next);
    }

    /** After a change-over: what is not back does not keep anybody waiting for it. */
    private void settle(HostedPlugin stopped) {
        HostedPlugin now = plugins.get(stopped.id());
        if (now != null && now.state() == PluginState.ACTIVE) {
            return;
        }
        if (stopped.ownsStorage()) {
            stage.withhold(stopped.id(), "did not start again after an upgrade");
        } else {
            stage.release(stopped.id());
        }
    }

    private HostedPlugin again(HostedPlugin plugin) {
        return new HostedPlugin(plugin.jar(), plugin.trustedBy(), ports.clock().millis());
    }

    /** The plugin, last, after all that depend on it and are active. */
    private List<HostedPlugin> dependentsFirst(String id) {
        List<HostedPlugin> found = new ArrayList<>();
        List<String> ids = new ArrayList<>(started).reversed();
        Set<String> affected = new LinkedHashSet<>(Set.of(id));
        boolean grown = true;
        while (grown) {
            grown = false;
            for (String one : List.copyOf(affected)) {
                grown |= affected.addAll(stage.shelf().dependents(one));
            }
        }
        for (String one : ids) {
            HostedPlugin plugin = plugins.get(one);
            if (plugin != null && affected.contains(one)) {
                found.add(plugin);
            }
        }
        return found;
    }

    /** Stops it; what it says can not be read without it. */
    private List<String> stop(HostedPlugin plugin, StopReason reason, PluginState next, String why) {
        started.remove(plugin.id());
        return stage.down(plugin, reason, next, why);
    }

    /**
     * Removes a plugin for good, at the start, when nobody is served yet: it is stopped and asked what depends on it. When
     * something does, it is started again.
     *
     * @return why it is still there; null when it is removed
     */
    @Nullable
    String detach(String id) {
        HostedPlugin plugin = plugins.get(id);
        if (plugin == null && !owners.ids().contains(id)) {
            return "there is no plugin " + id + Nearest.hint(id, plugins.keySet());
        }
        if (plugin == null || plugin.state() != PluginState.ACTIVE) {
            return "it is not active (" + absence(id) + "), so nobody knows what depends on it: put it right first";
        }
        List<String> others = stage.shelf().dependents(id);
        if (!others.isEmpty()) {
            return "it is needed by the plugins " + others + ": detach or disable those first";
        }
        List<String> needing = stop(plugin, StopReason.DETACH, PluginState.DISABLED, "removed by an operator");
        if (!needing.isEmpty()) {
            admit(List.of(again(plugin)));
            return "these need it: " + String.join("; ", needing);
        }
        switches.disable(id);
        owners.remove(id);
        stage.release(id);
        stage.note(plugin.jar().label(), "DETACHED: its data is not the broker's any more, its jar may be deleted");
        return null;
    }

    /** Files that are gone: what is loaded from them stays, because the copy is at work. */
    void gone(List<Path> files) {
        for (Path file : files) {
            arrivals.gone(file);
            plugins.values()
                    .removeIf(plugin -> plugin.jar().source().equals(file)
                            && plugin.state() != PluginState.ACTIVE
                            && plugin.state() != PluginState.LEAKED);
            plugins.values().stream()
                    .filter(plugin -> plugin.jar().source().equals(file) && plugin.state() == PluginState.ACTIVE)
                    .forEach(plugin -> LOG.warn(
                            "{} of the active plugin {} is gone; the plugin stays until it is disabled or the broker"
                                    + " restarts",
                            file.getFileName(),
                            plugin.jar().label()));
        }
    }

    /** Switches a plugin on and starts it; throws {@link PluginException} when it cannot be. */
    void enable(String id) {
        HostedPlugin plugin = known(id);
        if (config.without().contains(id)) {
            throw new PluginException("plugin " + id + " is left out by " + PluginConfig.WITHOUT_KEY
                    + ": remove it there and restart the broker");
        }
        switches.enable(id);
        if (plugin.state() == PluginState.ACTIVE) {
            return;
        }
        HostedPlugin fresh = made(intake.look(plugin.jar().source()));
        admit(List.of(fresh));
        if (fresh.state() != PluginState.ACTIVE) {
            throw new PluginException("plugin " + id + " did not start: " + fresh.cause());
        }
    }

    /** Stops a plugin and switches it off; throws {@link PluginException} when it may not be. */
    void disable(String id) {
        HostedPlugin plugin = known(id);
        if (plugin.ownsStorage()) {
            throw new PluginException(
                    "plugin " + id + " owns data and can not be switched off while the broker runs: what its topics"
                            + " show and what may be deleted depends on it. Stop the broker and start it with"
                            + " --without-plugin " + id + " (its topics stay offline then, and nothing that it holds is"
                            + " deleted), or with --detach " + id + " to remove it for good");
        }
        List<String> dependents = stage.shelf().dependents(id);
        if (plugin.state() == PluginState.ACTIVE && !dependents.isEmpty()) {
            throw new PluginException("plugin " + id + " is needed by " + dependents + ": disable those first");
        }
        switches.disable(id);
        if (plugin.state() == PluginState.ACTIVE) {
            stop(plugin, StopReason.DISABLE, PluginState.DISABLED, "switched off by an operator");
        } else {
            stage.become(plugin, PluginState.DISABLED, "switched off by an operator");
        }
    }

    private HostedPlugin known(String id) {
        HostedPlugin plugin = plugins.get(id);
        if (plugin == null) {
            throw new PluginException("there is no plugin " + id + Nearest.hint(id, plugins.keySet()));
        }
        return plugin;
    }

    /** The plugin met a missing class: it is stopped with all that depend on it, and stays so. */
    void quarantine(String id, String cause) {
        HostedPlugin plugin = plugins.get(id);
        if (plugin == null || plugin.state() != PluginState.ACTIVE) {
            return;
        }
        for (HostedPlugin one : dependentsFirst(id)) {
            if (one == plugin) {
                stop(one, StopReason.FAILURE, PluginState.QUARANTINED, cause);
            } else {
                stop(one, StopReason.FAILURE, PluginState.FAILED, LACKS + id + ", which is not active");
            }
        }
    }

    /** Stops every plugin, those started last first. */
    void stopAll() {
        for (String id : new ArrayList<>(started).reversed()) {
            HostedPlugin plugin = plugins.get(id);
            if (plugin != null) {
                stop(plugin, StopReason.SHUTDOWN, PluginState.STOPPED, "the broker stops");
            }
        }
    }

    /** Plugins without which the broker must not run: wanted by the operator, or owners of data. */
    Set<String> indispensable() {
        Set<String> ids = new LinkedHashSet<>(config.required());
        ids.addAll(owners.ids());
        return ids;
    }

    Set<String> owners() {
        return owners.ids();
    }

    /** Why a plugin is not active, in words. */
    String absence(String id) {
        HostedPlugin plugin = plugins.get(id);
        if (plugin != null) {
            return plugin.state() + (plugin.cause().isEmpty() ? "" : ": " + plugin.cause());
        }
        List<String> refused = arrivals.reasons();
        return "there is no jar of it in " + config.jars()
                + (refused.isEmpty() ? "" : ", but refused there: " + String.join("; ", refused));
    }

    /** Deletes copies of jars that are not in use. */
    void tidy() {
        intake.tidy(copies());
    }

    private Set<Path> copies() {
        Set<Path> used = new LinkedHashSet<>();
        plugins.values().forEach(plugin -> used.add(plugin.jar().cached()));
        return used;
    }

    List<PluginStatus> statuses() {
        List<PluginStatus> all = new ArrayList<>();
        plugins.values().forEach(plugin -> all.add(plugin.status()));
        config.without().stream()
                .filter(id -> owners.ids().contains(id) && !plugins.containsKey(id))
                .forEach(id -> all.add(PluginStatus.ofAbsent(id, LEFT_OUT)));
        all.addAll(arrivals.statuses());
        return List.copyOf(all);
    }
}
