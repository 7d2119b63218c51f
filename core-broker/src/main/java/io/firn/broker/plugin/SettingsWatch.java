package io.firn.broker.plugin;

import io.firn.broker.plugin.context.LiveConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells running plugins when their {@code <id>.properties} has changed and stood still from one look to the next. Owner:
 * {@code firn-plugins}.
 */
final class SettingsWatch {

    private static final Logger LOG = LoggerFactory.getLogger(SettingsWatch.class);
    private static final FileTime NEVER = FileTime.fromMillis(0);

    private final Path directory;
    private final Duration limit;
    private final Map<String, Seen> seen = new HashMap<>();

    SettingsWatch(Path directory, Duration limit) {
        this.directory = directory;
        this.limit = limit;
    }

    /** Last looked at, and last told. */
    private record Seen(FileTime looked, FileTime told) {}

    void look(Collection<HostedPlugin> plugins) {
        for (HostedPlugin plugin : plugins) {
            HostedPlugin.Running running = plugin.running();
            if (running == null || plugin.state() != PluginState.ACTIVE) {
                seen.remove(plugin.id());
                continue;
            }
            FileTime now = changed(directory, plugin.id());
            FileTime atStart = running.settingsFile;
            Seen before = seen.getOrDefault(plugin.id(), new Seen(atStart, atStart));
            boolean settled = now.equals(before.looked()) && !now.equals(before.told());
            seen.put(plugin.id(), new Seen(now, settled ? now : before.told()));
            if (settled) {
                reload(plugin, running);
            }
        }
    }

    /** Has the plugin read its settings again; what came of it, in words. */
    String reload(HostedPlugin plugin, HostedPlugin.Running running) {
        String outcome;
        try {
            LiveConfig.Reloaded reloaded = running.threads.call(
                    "config", limit, () -> running.context.settings().reload());
            outcome = (reloaded.changed().isEmpty() ? "no setting changed" : "changed " + reloaded.changed())
                    + (reloaded.needRestart().isEmpty()
                            ? ""
                            : "; " + reloaded.needRestart() + " needs a restart of the plugin");
        } catch (ExecutionException e) {
            outcome = "settings not changed: " + Lifecycle.explain(e.getCause());
        } catch (TimeoutException e) {
            outcome = "settings not changed: " + e.getMessage();
        }
        LOG.info("plugin {}: {}", plugin.jar().label(), outcome);
        return outcome;
    }

    /** When the plugin's file was changed last; the epoch when there is none. */
    static FileTime changed(Path directory, String id) {
        try {
            return Files.getLastModifiedTime(directory.resolve(id + ".properties"));
        } catch (NoSuchFileException e) {
            return NEVER;
        } catch (IOException e) {
            LOG.debug("settings of {} can not be looked at", id, e);
            return NEVER;
        }
    }
}
