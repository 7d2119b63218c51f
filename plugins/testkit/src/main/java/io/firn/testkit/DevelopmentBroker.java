package io.firn.testkit;

import io.firn.broker.Broker;
import io.firn.broker.plugin.PluginHost;
import io.firn.broker.plugin.PluginStatus;
import io.firn.spi.BrokerPlugin;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A broker on free ports with the plugin under development: packed from where it is compiled to, packed anew when that
 * changes, and the broker changes over. Its store is {@code target/firn-run/store} and stays; settings of plugins are
 * in {@code conf/}, those of the broker are system properties {@code firn.run.<key>}. Main thread, until the process
 * ends.
 */
public final class DevelopmentBroker {

    private static final long LOOK_EVERY_NANOS = 300_000_000;
    private static final String BROKER_SETTING = "firn.run.";

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
        run.plugin.into(jars);
        Broker broker = Broker.open(settings(directory));
        Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "firn-shutdown"));
        run.out.println(broker.readyLine());
        run.out.println("Ctrl-C ends it; what is compiled anew is loaded anew");
        run.watch(broker.bench().plugins());
    }

    private static Map<String, String> settings(Path directory) {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("storePathRootDir", directory.resolve("store").toString());
        settings.put("firn.plugins.dir", directory.resolve("plugins").toString());
        settings.put("firn.plugins.conf", Path.of("conf").toAbsolutePath().toString());
        settings.put("listenPort", "0");
        settings.put("firn.nameserver.port", "0");
        settings.put("firn.admin.port", "0");
        settings.put("mappedFileSizeCommitLog", "67108864");
        System.getProperties().forEach((key, value) -> {
            if (String.valueOf(key).startsWith(BROKER_SETTING)) {
                settings.put(String.valueOf(key).substring(BROKER_SETTING.length()), String.valueOf(value));
            }
        });
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
            if (now != packed && now == seen) {
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
        long sum = 0;
        for (Path root : plugin.roots()) {
            try (Stream<Path> files = Files.walk(root)) {
                sum += files.mapToLong(DevelopmentBroker::changed).sum();
            } catch (IOException e) {
                // a compiler that empties its directory first: it is looked at again
                out.println("waiting for " + root + ": " + e.getMessage());
            }
        }
        return sum;
    }

    private static long changed(Path file) {
        try {
            return Files.getLastModifiedTime(file).toMillis() + file.hashCode();
        } catch (IOException e) {
            // gone since it was listed: that is a change too
            return 0;
        }
    }
}
