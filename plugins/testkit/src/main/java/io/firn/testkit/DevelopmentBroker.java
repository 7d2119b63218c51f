package io.firn.testkit;

import io.firn.broker.Broker;
import io.firn.broker.cli.ConfFile;
import io.firn.broker.plugin.PluginHost;
import io.firn.broker.plugin.PluginStatus;
import io.firn.broker.plugin.jar.PluginException;
import io.firn.broker.runtime.ConfigException;
import io.firn.broker.runtime.StorageException;
import io.firn.broker.server.BindException;
import io.firn.spi.BrokerPlugin;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A broker on free ports with the plugin under development: packed from where it is compiled to, packed anew when that
 * changes, and the broker changes over. Its store is {@code target/firn-run/store} and stays; settings are where an
 * operator has them: of the broker in {@code conf/broker.conf}, of plugins in {@code conf/plugins/}. Main thread, until
 * the process ends.
 */
public final class DevelopmentBroker {

    private static final long LOOK_EVERY_NANOS = 300_000_000;
    private static final long UNKNOWN = -1;

    private final PackedPlugin plugin;
    private final Path jars;
    private final PrintStream out;
    private String told = "";

    DevelopmentBroker(PackedPlugin plugin, Path jars, PrintStream out) {
        this.plugin = plugin;
        this.jars = jars;
        this.out = out;
    }

    /** No arguments; the plugin is what the system properties {@code firn.plugin.*} say. */
    public static void main(String[] arguments) throws ClassNotFoundException {
        Path directory = Path.of("target", "firn-run").toAbsolutePath();
        Class<? extends BrokerPlugin> type =
                Class.forName(System.getProperty("firn.plugin.class", "")).asSubclass(BrokerPlugin.class);
        Path jars = directory.resolve("plugins");
        DevelopmentBroker run = new DevelopmentBroker(PackedPlugin.of(type, Map.of()), jars, System.out);
        try {
            run.plugin.into(jars);
            Broker broker = Broker.open(settings(directory, Path.of("conf").toAbsolutePath()));
            Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "firn-shutdown"));
            run.out.println(broker.readyLine());
            run.out.println("Ctrl-C ends it; what is compiled anew is loaded anew");
            run.watch(broker.bench().plugins());
        } catch (ConfigException | StorageException | BindException | PluginException e) {
            run.out.println("firn: " + e.getMessage());
            System.exit(1);
        }
    }

    /** The author's own, and what is other than for operators unless the author says otherwise. */
    static Map<String, String> settings(Path directory, Path conf) {
        Path file = conf.resolve("broker.conf");
        Map<String, String> settings = new HashMap<>();
        settings.put("storePathRootDir", directory.resolve("store").toString());
        settings.put("listenPort", "0");
        settings.put("firn.nameserver.port", "0");
        settings.put("firn.admin.port", "0");
        settings.put("mappedFileSizeCommitLog", "67108864");
        settings.putAll(ConfFile.load(Files.exists(file) ? file : null, Map.of()));
        settings.put("firn.plugins.dir", directory.resolve("plugins").toString());
        settings.put("firn.plugins.conf", conf.resolve("plugins").toString());
        return settings;
    }

    private void watch(PluginHost host) {
        long packed = newest();
        long seen = packed;
        while (!Thread.currentThread().isInterrupted()) {
            tell(host);
            LockSupport.parkNanos(LOOK_EVERY_NANOS);
            long now = newest();
            // a compiler is still at work as long as files change
            if (now != packed && now == seen && now != UNKNOWN) {
                out.println("compiled anew: loading it");
                plugin.into(jars);
                packed = now;
            }
            seen = now;
        }
    }

    /** One line when the plugin came to another state. */
    void tell(PluginHost host) {
        PluginStatus status = FirnBroker.statusOf(host, plugin);
        String now = status == null
                ? "plugin " + plugin.id() + " is not there"
                : "plugin " + status.id() + " is " + status.state()
                        + (status.cause().isEmpty() ? " " + status.registered() : ": " + status.cause());
        if (!now.equals(told)) {
            told = now;
            out.println(now);
        }
    }

    /** The sum of all times of change: another one means that something changed. */
    private long newest() {
        String main = plugin.manifest().getOrDefault("Plugin-Class", "").replace('.', '/') + ".class";
        Path classes = plugin.roots().getFirst();
        if (Files.isDirectory(classes) && !Files.exists(classes.resolve(main))) {
            // a compiler that has deleted what it is about to write
            return UNKNOWN;
        }
        long sum = 0;
        for (Path root : plugin.roots()) {
            try (Stream<Path> files = Files.walk(root)) {
                for (Path file : files.toList()) {
                    sum += Files.getLastModifiedTime(file).toMillis() + file.hashCode();
                }
            } catch (IOException | UncheckedIOException e) {
                // a compiler that empties its directory first: it is looked at again
                return UNKNOWN;
            }
        }
        return sum;
    }
}
