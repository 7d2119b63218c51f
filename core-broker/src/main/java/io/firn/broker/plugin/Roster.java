package io.firn.broker.plugin;

import io.firn.broker.plugin.jar.PluginException;
import io.firn.broker.plugin.jar.PluginJar;
import io.firn.broker.plugin.store.OwnersFile;
import io.firn.broker.plugin.store.SwitchFile;
import io.firn.broker.runtime.StorageException;
import io.firn.spi.StopReason;
import java.nio.file.Files;
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
import org.pf4j.DefaultVersionManager;
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

    private final PluginConfig config;
    private final Intake intake;
    private final Stage stage;
    private final SwitchFile switches;
    private final OwnersFile owners;
    private final PluginPorts ports;
    private final SortedMap<String, HostedPlugin> plugins = new TreeMap<>();
    private final SortedMap<Path, Refusal> refusals = new TreeMap<>();
    /** Ids of active plugins in the order of their start. */
    private final Set<String> started = new LinkedHashSet<>();

    Roster(PluginConfig config, PluginPorts ports, Intake intake, Stage stage) {
        this.config = config;
        this.ports = ports;
        this.intake = intake;
        this.stage = stage;
        this.switches = SwitchFile.open(config.state());
        this.owners = OwnersFile.open(config.state());
    }

    private record Refusal(String reason, long sinceMs) {}

    SortedMap<String, HostedPlugin> plugins() {
        return plugins;
    }

    /** Loads and starts what these files are, or says why not. */
    void arrive(List<Path> files) {
        Map<String, Intake.Accepted> candidates = new LinkedHashMap<>();
        for (Path file : files) {
            try {
                Intake.Accepted accepted = intake.look(file);
                refusals.remove(file);
                choose(accepted, candidates);
            } catch (PluginException | StorageException e) {
                refuse(file, String.valueOf(e.getMessage()));
            }
        }
        List<HostedPlugin> fresh = new ArrayList<>();
        for (Intake.Accepted accepted : candidates.values()) {
            HostedPlugin plugin = new HostedPlugin(
                    accepted.jar(), accepted.trustedBy(), ports.clock().millis());
            HostedPlugin before = plugins.get(plugin.id());
            if (before != null && before.state() == PluginState.ACTIVE) {
                replace(before, plugin);
            } else {
                fresh.add(plugin);
            }
        }
        admit(fresh);
        if (!candidates.isEmpty()) {
            admit(stranded());
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

    /** Of several jars of one plugin the one of the highest version counts; the others are refused. */
    private void choose(Intake.Accepted accepted, Map<String, Intake.Accepted> candidates) {
        PluginJar jar = accepted.jar();
        String id = jar.manifest().id();
        Intake.Accepted other = candidates.get(id);
        HostedPlugin present = plugins.get(id);
        if (other != null) {
            boolean newer = compare(jar, other.jar()) > 0;
            Intake.Accepted kept = newer ? accepted : other;
            refuseDouble(newer ? other.jar() : jar, kept.jar());
            candidates.put(id, kept);
        } else if (present != null && isOther(present, jar) && compare(jar, present.jar()) <= 0) {
            refuseDouble(jar, present.jar());
        } else if (present == null || !isSame(present, jar)) {
            candidates.put(id, accepted);
        }
    }

    private static int compare(PluginJar one, PluginJar other) {
        return new DefaultVersionManager()
                .compareVersions(one.manifest().version(), other.manifest().version());
    }

    private static boolean isOther(HostedPlugin present, PluginJar jar) {
        return !present.jar().source().equals(jar.source())
                && Files.exists(present.jar().source());
    }

    /** The same bytes again, and they are at work: nothing to do. */
    private static boolean isSame(HostedPlugin present, PluginJar jar) {
        return present.state() == PluginState.ACTIVE && present.jar().sha256().equals(jar.sha256());
    }

    private void refuseDouble(PluginJar loser, PluginJar winner) {
        refuse(
                loser.source(),
                loser.source().getFileName() + ": plugin " + loser.label() + " is also in "
                        + winner.source().getFileName() + " as " + winner.label()
                        + ", which is used; remove one of the files");
    }

    private void refuse(Path file, String reason) {
        LOG.error("plugin refused: {}", reason);
        stage.note(String.valueOf(file.getFileName()), "REFUSED " + reason);
        refusals.put(file, new Refusal(reason, ports.clock().millis()));
    }

    /** Starts plugins that are not loaded, dependencies first. */
    private void admit(Collection<HostedPlugin> fresh) {
        Map<String, HostedPlugin> wanted = new LinkedHashMap<>();
        for (HostedPlugin plugin : fresh) {
            plugins.put(plugin.id(), plugin);
            if (switches.isDisabled(plugin.id())) {
                stage.become(plugin, PluginState.DISABLED, "switched off by an operator");
            } else if (config.without().contains(plugin.id())) {
                stage.become(plugin, PluginState.DISABLED, "left out by " + PluginConfig.WITHOUT_KEY);
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

    /** Another version, or another build, of an active plugin: it and those that depend on it change over. */
    private void replace(HostedPlugin before, HostedPlugin after) {
        if (before.ownsStorage() || after.ownsStorage()) {
            refuse(
                    after.jar().source(),
                    after.jar().source().getFileName() + ": plugin "
                            + after.jar().label() + " owns data and replaces "
                            + before.jar().label() + " when the broker is restarted");
            return;
        }
        List<HostedPlugin> affected = dependentsFirst(before.id());
        affected.forEach(plugin -> stop(
                plugin,
                StopReason.UPGRADE,
                PluginState.STOPPED,
                "for " + after.jar().label()));
        affected.removeLast();
        List<HostedPlugin> next = new ArrayList<>(List.of(after));
        affected.forEach(plugin -> next.add(again(plugin)));
        admit(next);
        if (after.state() != PluginState.ACTIVE) {
            LOG.error(
                    "plugin {} did not start: back to {}",
                    after.jar().label(),
                    before.jar().label());
            refuse(
                    after.jar().source(),
                    after.jar().label() + " did not start, " + before.jar().label() + " is used on: " + after.cause());
            List<HostedPlugin> back = new ArrayList<>(List.of(again(before)));
            affected.forEach(plugin -> back.add(again(plugin)));
            admit(back);
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

    private void stop(HostedPlugin plugin, StopReason reason, PluginState next, String why) {
        started.remove(plugin.id());
        stage.down(plugin, reason, next, why);
    }

    /** Files that are gone: what is loaded from them stays, because the copy is at work. */
    void gone(List<Path> files) {
        for (Path file : files) {
            refusals.remove(file);
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
        Intake.Accepted accepted = intake.look(plugin.jar().source());
        HostedPlugin fresh = new HostedPlugin(
                accepted.jar(), accepted.trustedBy(), ports.clock().millis());
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
                    "plugin " + id + " owns data and can not be switched off while the broker runs: stop"
                            + " the broker and start it with " + PluginConfig.WITHOUT_KEY + "=" + id
                            + "; its topics stay offline then, and nothing that it holds is deleted");
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
            throw new PluginException("there is no plugin " + id + "; there are " + plugins.keySet());
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
        return refusals.isEmpty()
                ? "there is no jar of it in " + config.jars()
                : "there is no jar of it in " + config.jars() + ", but refused there: "
                        + String.join(
                                "; ",
                                refusals.values().stream().map(Refusal::reason).toList());
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
        refusals.forEach((file, refusal) -> all.add(new PluginStatus(
                String.valueOf(file.getFileName()),
                "",
                PluginState.REFUSED,
                refusal.reason(),
                refusal.sinceMs(),
                String.valueOf(file.getFileName()),
                null,
                List.of(),
                List.of(),
                Map.of())));
        return List.copyOf(all);
    }
}
