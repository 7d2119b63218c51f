package io.firn.broker.plugin;

import io.firn.broker.plugin.context.LiveContext;
import io.firn.broker.plugin.jar.LeakWatch;
import io.firn.broker.plugin.jar.PluginClassLoader;
import io.firn.broker.plugin.jar.PluginJar;
import io.firn.broker.plugin.jar.PluginManifest.Dependency;
import io.firn.broker.plugin.jar.PluginManifest.Storage;
import io.firn.broker.plugin.store.DataDirectory;
import io.firn.broker.runtime.ThreadFamily;
import io.firn.spi.BrokerPlugin;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One plugin that may be loaded, and what it holds while it is. Owner of all fields: {@code firn-plugins}. */
final class HostedPlugin {

    private final PluginJar jar;
    private final String trustedBy;
    private PluginState state = PluginState.RESOLVED;
    private String cause = "";
    private long sinceMs;
    private @Nullable Running running;
    private @Nullable LeakWatch leakWatch;
    private long closedNanos;

    HostedPlugin(PluginJar jar, String trustedBy, long nowMs) {
        this.jar = jar;
        this.trustedBy = trustedBy;
        this.sinceMs = nowMs;
    }

    /** What exists from before its start until after its stop; {@code instance} is null until it is constructed. */
    static final class Running {

        final PluginClassLoader loader;
        final ThreadFamily threads;
        final LiveContext context;
        /** Its own, until it has stopped. */
        final DataDirectory directory;
        /** When its settings were changed last before its start. */
        final FileTime settingsFile;

        volatile @Nullable BrokerPlugin instance;

        Running(
                PluginClassLoader loader,
                ThreadFamily threads,
                LiveContext context,
                DataDirectory directory,
                FileTime settingsFile) {
            this.loader = loader;
            this.threads = threads;
            this.context = context;
            this.directory = directory;
            this.settingsFile = settingsFile;
        }
    }

    PluginJar jar() {
        return jar;
    }

    String trustedBy() {
        return trustedBy;
    }

    String id() {
        return jar.manifest().id();
    }

    boolean ownsStorage() {
        return jar.manifest().storage() == Storage.BOUND;
    }

    PluginState state() {
        return state;
    }

    String cause() {
        return cause;
    }

    void become(PluginState next, String why, long nowMs) {
        state = next;
        cause = why;
        sinceMs = nowMs;
    }

    @Nullable
    Running running() {
        return running;
    }

    void hold(@Nullable Running what) {
        running = what;
    }

    /** Watches whether the loader, which is closed now, is freed. */
    void watch(PluginClassLoader loader, long nowNanos) {
        leakWatch = LeakWatch.on(loader);
        closedNanos = nowNanos;
    }

    /** Whether the loader is still there although the collector has looked, this long after it was closed. */
    boolean isLoaderHeld(long nowNanos, long graceNanos) {
        if (leakWatch == null) {
            return false;
        }
        LeakWatch.State found = leakWatch.state();
        if (found == LeakWatch.State.FREED) {
            leakWatch = null;
        }
        return found == LeakWatch.State.HELD && nowNanos - closedNanos >= graceNanos;
    }

    /** Whether nothing of it is left to watch. */
    boolean isFreed() {
        return leakWatch == null || leakWatch.state() == LeakWatch.State.FREED;
    }

    /** Ends watching: it is known. */
    void endWatch() {
        leakWatch = null;
    }

    PluginStatus status() {
        Running now = running;
        List<String> registered = new ArrayList<>();
        if (now != null && state == PluginState.ACTIVE) {
            now.context.registered().forEach(one -> registered.add(one.label()));
        }
        return new PluginStatus(
                id(),
                jar.manifest().version(),
                state,
                cause,
                sinceMs,
                String.valueOf(jar.source().getFileName()),
                new PluginStatus.Source(
                        jar.sha256(),
                        jar.manifest().requires().text(),
                        jar.manifest().description(),
                        jar.manifest().needs(),
                        jar.manifest().dependencies().stream()
                                .map(HostedPlugin::text)
                                .toList(),
                        trustedBy,
                        jar.manifest().storage().name()),
                registered,
                jar.remarks(),
                now == null ? Map.of() : now.context.healthParts().troubles());
    }

    private static String text(Dependency dependency) {
        return dependency.id() + "@" + dependency.range();
    }
}
