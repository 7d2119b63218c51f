package io.firn.testkit;

import io.firn.broker.plugin.PluginHost;
import io.firn.broker.plugin.PluginState;
import io.firn.broker.plugin.PluginStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A plugin in the broker of a test, as an operator sees it. Its objects are out of reach: its classes are its own. */
public final class LoadedPlugin {

    private static final int COLLECTIONS = 12;
    private static final long BETWEEN_NANOS = 50_000_000;

    private final FirnBroker broker;
    private final PackedPlugin packed;

    LoadedPlugin(FirnBroker broker, PackedPlugin packed) {
        this.broker = broker;
        this.packed = packed;
    }

    /** Its id. */
    public String id() {
        return packed.id();
    }

    /** Where it stands, such as ACTIVE, DISABLED, FAILED, LEAKED, QUARANTINED. */
    public String state() {
        PluginStatus status = status();
        return status == null ? "ABSENT" : status.state().name();
    }

    /** Why it is not active; empty when it is. */
    public String cause() {
        PluginStatus status = status();
        return status == null ? "the broker does not know it" : status.cause();
    }

    /** What it says of its health: part and reason; empty when all is well. */
    public Map<String, String> troubles() {
        PluginStatus status = status();
        return status == null
                ? Map.of()
                : status.troubles().entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey, part -> part.getValue().reason()));
    }

    /** What it has registered, a phrase each, such as {@code put hook upper}. */
    public List<String> registered() {
        PluginStatus status = status();
        return status == null ? List.of() : status.registered();
    }

    private @Nullable PluginStatus status() {
        return broker.statusOf(packed);
    }

    /**
     * A counter of the plugin, by the name it gave it; summed over its labels, or over those series that have all of
     * {@code labels}, {@code key=value} each.
     *
     * @throws IllegalArgumentException listing what there is, when there is no such counter
     */
    public long counter(String name, String... labels) {
        return Math.round(metric(name, labels));
    }

    /** Any metric of the plugin that is a number; as {@link #counter}. */
    public double metric(String name, String... labels) {
        String prefix = "firn_plugin_" + id().replace('-', '_') + "_";
        AdminHttp http = broker.http();
        List<String> lines = http.metricLines(prefix + name);
        if (lines.isEmpty()) {
            throw new IllegalArgumentException(
                    "plugin " + id() + " has no metric " + name + "; there are " + http.metricNames(prefix));
        }
        return lines.stream()
                .filter(line -> Arrays.stream(labels).allMatch(label -> line.contains(quoted(label))))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private static String quoted(String label) {
        return label.replaceFirst("=", "=\"") + "\"";
    }

    /**
     * Replaces its settings, {@code key=value} each, and has it read them, as an operator does who saves the file.
     *
     * @return what came of it, in the broker's words
     */
    public String configure(String... settings) {
        broker.writeSettings(packed, List.of(settings));
        return done(broker.host().reload(id()).thenApply(String::valueOf)::join);
    }

    /** Asks one of its HTTP routes. */
    public HttpAnswer http(String method, String path, String body) {
        return broker.http().call(method, "/v1/plugins/" + id() + path, body);
    }

    /** Runs one of its commands with a JSON object as arguments. */
    public HttpAnswer command(String name, String arguments) {
        return broker.http().call("POST", "/v1/plugins/" + id() + "/-/command/" + name, arguments);
    }

    /** Its directory in the store. */
    public Path dataDir() {
        return broker.storeDir().resolve("plugins").resolve(id());
    }

    /** Whether its dispatcher of this name has called everything durable that is in the log. */
    public boolean isCaughtUp(String dispatcher) {
        return broker.http().metricLines("firn_plugin_dispatcher_lag_bytes").stream()
                .filter(line -> line.contains(quoted("plugin=" + id())))
                .filter(line -> line.contains(quoted("dispatcher=" + dispatcher)))
                .anyMatch(line -> line.endsWith(" 0.0"));
    }

    /**
     * Stops it and lets go of it; one that owns data only goes with the broker, which is stopped. {@link #load} brings
     * it back.
     */
    public Unloaded unload() {
        PluginHost host = broker.host();
        WeakReference<ClassLoader> loader = host.loader(id());
        if (loader == null) {
            throw new IllegalStateException("plugin " + id() + " is not active but " + state() + ": " + cause());
        }
        if (ownsStorage()) {
            broker.stop();
        } else {
            done(host.disable(id())::join);
        }
        PluginStatus after = FirnBroker.statusOf(host, packed);
        List<String> leftovers = new ArrayList<>();
        if (after != null && after.state() == PluginState.LEAKED) {
            leftovers.add(after.cause());
        }
        return new Unloaded(id(), leftovers, awaitFreed(loader));
    }

    private boolean ownsStorage() {
        return "true".equals(packed.manifest().get("Firn-Storage-Bound"));
    }

    private static Unloaded.Loader awaitFreed(WeakReference<ClassLoader> loader) {
        for (int i = 0; i < COLLECTIONS; i++) {
            System.gc();
            if (loader.refersTo(null)) {
                return Unloaded.Loader.FREED;
            }
            LockSupport.parkNanos(BETWEEN_NANOS);
        }
        return Unloaded.Loader.HELD;
    }

    /** Loads and starts it again. */
    public void load() {
        if (broker.isRunning()) {
            done(broker.host().enable(id())::join);
        } else {
            broker.start();
        }
    }

    /** Packs it anew from where it was compiled to; a running broker changes over to it. */
    public void repack() {
        try {
            Path jar = broker.jars();
            Files.createDirectories(jar);
            packed.into(jar);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private interface Step<T> {
        T run();
    }

    /** The broker's own words instead of the future's wrapping. */
    private static <T> T done(Step<T> step) {
        try {
            return step.run();
        } catch (CompletionException e) {
            throw new IllegalStateException(
                    String.valueOf(e.getCause() == null ? e : e.getCause().getMessage()), e);
        }
    }

    @Override
    public String toString() {
        return "plugin " + id() + " " + state();
    }
}
