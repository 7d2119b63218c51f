package io.firn.testkit;

import io.firn.broker.Bench;
import io.firn.broker.Broker;
import io.firn.broker.Ground;
import io.firn.broker.plugin.PluginHost;
import io.firn.broker.plugin.PluginState;
import io.firn.broker.plugin.PluginStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.rocketmq.client.exception.MQBrokerException;
import org.apache.rocketmq.client.exception.MQClientException;
import org.apache.rocketmq.client.producer.DefaultMQProducer;
import org.apache.rocketmq.client.producer.SendResult;
import org.apache.rocketmq.common.message.Message;
import org.apache.rocketmq.remoting.exception.RemotingException;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A broker with plugins, in the test's process, with a directory, ports and a clock of its own, and stock clients
 * beside it. It survives its own restarts and crashes, with ports, store and clients. Owner: one test; methods that
 * wait say so by taking as long as the broker does, at most a minute.
 */
public final class FirnBroker implements AutoCloseable {

    private static final Pattern READY = Pattern.compile("firn ready: broker (\\S+), name server (\\S+), admin (\\S+)");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path directory;
    private final Map<String, String> settings;
    private final List<PackedPlugin> plugins;
    private final FailPoints failPoints = new FailPoints();
    private final TestClock clock;
    private @Nullable Broker running;
    private @Nullable StockClient client;
    private String address = "";
    private String nameServer = "";
    private String admin = "";
    private int crashes;

    FirnBroker(Path directory, Map<String, String> settings, List<PackedPlugin> plugins) {
        this.directory = directory;
        this.settings = settings;
        this.plugins = plugins;
        this.clock = new TestClock(this::settle);
    }

    /** A broker to be. The extension opens one for each parameter of a test. */
    public static BrokerBuilder builder() {
        return new BrokerBuilder();
    }

    /**
     * Starts it after {@link #stop} or {@link #crash}, on the ports it had.
     *
     * @throws IllegalStateException when it runs, or a plugin is not active, with the broker's words
     */
    public void start() {
        if (running != null) {
            throw new IllegalStateException("the broker runs already");
        }
        Broker opened = Broker.open(settings, new Ground(clock.forBroker(), failPoints::before));
        running = opened;
        refuseFailed(opened);
        if (client == null) {
            rememberPorts(opened);
            client = StockClient.open(nameServer, address);
        }
        client().awaitRoute();
    }

    private void rememberPorts(Broker opened) {
        Matcher ready = READY.matcher(opened.readyLine());
        if (!ready.matches()) {
            throw new IllegalStateException(opened.readyLine());
        }
        address = Objects.requireNonNull(ready.group(1));
        nameServer = Objects.requireNonNull(ready.group(2));
        admin = Objects.requireNonNull(ready.group(3));
        settings.put("listenPort", portOf(address));
        settings.put("firn.nameserver.port", portOf(nameServer));
        settings.put("firn.admin.port", portOf(admin));
    }

    private static String portOf(String hostPort) {
        return hostPort.substring(hostPort.lastIndexOf(':') + 1);
    }

    private void refuseFailed(Broker opened) {
        for (PackedPlugin plugin : plugins) {
            PluginStatus status = statusOf(opened.bench().plugins(), plugin);
            if (status == null || (status.state() != PluginState.ACTIVE && status.state() != PluginState.DISABLED)) {
                String why = status == null ? "absent" : status.state() + ": " + status.cause();
                stop();
                throw new IllegalStateException("plugin " + plugin.id() + " is " + why);
            }
        }
    }

    /** Stops it in order: all is on disk, plugins are asked to stop. Does nothing when it is down. */
    public void stop() {
        Broker broker = running;
        if (broker != null) {
            running = null;
            broker.close();
            clock.brokerEnded();
        }
    }

    /** {@link #stop} and {@link #start}. */
    public void restart() {
        stop();
        start();
    }

    /**
     * Kills it: nothing is flushed or finished, no plugin is asked to stop, and {@link #start} finds what the death of
     * a process leaves. That is every byte that had been written to a file or mapping, whether on disk or not: the
     * machine lives on and with it the system's page cache. What a power cut leaves is less, and is not shown by this.
     *
     * <p>How: all clients are cut off; then the whole test process is stopped for an instant in which the store is
     * copied; then the broker is let go of, threads of plugins are interrupted, and the copy takes the place of the
     * store. So what a plugin does to other systems between the copy and its end has happened although its broker was
     * dead.
     *
     * @throws IllegalStateException when a thread of a plugin went on although it was interrupted: a dead process's
     *     would not, so the test could prove nothing
     * @throws UnsupportedOperationException when this process can not be stopped (see {@link FrozenCopy})
     */
    public void crash() {
        Broker broker = broker();
        Path copy = directory.resolve("store-at-crash");
        running = null;
        broker.crash(() -> FrozenCopy.take(storeDir(), copy));
        clock.brokerEnded();
        crashes++;
        try {
            Files.move(storeDir(), directory.resolve("store-after-crash-" + crashes));
            Files.move(copy, storeDir());
        } catch (IOException e) {
            throw new UncheckedIOException("the store can not be exchanged for its copy: " + e.getMessage(), e);
        }
        for (PackedPlugin plugin : plugins) {
            PluginStatus status = statusOf(broker.bench().plugins(), plugin);
            if (status != null && status.state() == PluginState.LEAKED) {
                throw new IllegalStateException(
                        "plugin " + plugin.id() + " goes on after the crash: " + status.cause());
            }
        }
    }

    /** Whether it runs. */
    public boolean isRunning() {
        return running != null;
    }

    /** A topic to be made. Topics that nobody made are made by the first message, with 4 queues. */
    public TopicBuilder topic(String name) {
        return new TopicBuilder(client(), name);
    }

    /**
     * Sends by a stock client, once, without retries; the message is stored when this returns.
     *
     * @throws MQBrokerException when the broker, or a hook, refuses it
     * @throws MQClientException when no broker is found, or the client refuses it
     * @throws RemotingException when there is no answer
     */
    public SendResult send(String topic, String key, String body)
            throws MQClientException, RemotingException, MQBrokerException, InterruptedException {
        return client().send(StockClient.message(topic, key, body));
    }

    /** As {@link #send(String, String, String)}, of a message with properties and tags. */
    public SendResult send(Message message)
            throws MQClientException, RemotingException, MQBrokerException, InterruptedException {
        return client().send(message);
    }

    /** Everything that readers of the topic see, from the lowest offset of each queue to the highest. */
    public Pulled pull(String topic) {
        awaitVisible();
        return client().pull(topic);
    }

    /** Waits until everything that is stored is visible to readers. */
    public void awaitVisible() {
        Bench bench = broker().bench();
        Awaitility.await("stored messages to be visible")
                .atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(1))
                .until(bench::isCaughtUp);
    }

    /** The stock producer, for all that {@link #send} can not do. */
    public DefaultMQProducer producer() {
        return client().producer();
    }

    /** Where the broker listens, {@code host:port}. */
    public String address() {
        return address;
    }

    /** Where its name server listens, {@code host:port}: what any RocketMQ client needs. */
    public String nameServer() {
        return nameServer;
    }

    /** The only plugin, or the first one. */
    public LoadedPlugin plugin() {
        if (plugins.isEmpty()) {
            throw new IllegalStateException("this broker has no plugin: @FirnTest(plugin = …)");
        }
        return new LoadedPlugin(this, plugins.getFirst());
    }

    /** The plugin with this id. */
    public LoadedPlugin plugin(String id) {
        return plugins.stream()
                .filter(plugin -> plugin.id().equals(id))
                .findFirst()
                .map(plugin -> new LoadedPlugin(this, plugin))
                .orElseThrow(() -> new IllegalArgumentException("no plugin " + id + " here"));
    }

    /** The broker's clock. */
    public TestClock clock() {
        return clock;
    }

    /**
     * Deletes segments that are expired and that nobody holds, whatever the hour; at most ten, and never the last.
     * Expired means 24 hours without a write unless {@code fileReservedTime} says otherwise. Returns when it is done.
     */
    public void runCleanup() {
        try {
            broker().bench().cleanUp().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the cleanup failed: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("the cleanup does not end", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Position of the first byte of the log that is there. */
    public long logBegin() {
        return broker().bench().logRange()[0];
    }

    /** Position behind the last byte of the log. */
    public long logEnd() {
        return broker().bench().logRange()[1];
    }

    /** Lets a place in the broker fail, from now on. */
    public FailPoint failpoint(FailPoint.Place place, Supplier<? extends IOException> failure) {
        return failPoints.add(place, failure);
    }

    /** Lets a place in the broker take long, from now on. */
    public FailPoint slow(FailPoint.Place place, Duration time) {
        return failPoints.add(place, null).takes(time);
    }

    /** What the admin port answers, such as for {@code GET /health}. */
    public HttpAnswer admin(String method, String path, String body) {
        return http().call(method, path, body);
    }

    /** A metric of the broker, summed over its labels; 0 when it is not on the page. */
    public double metric(String name) {
        return http().metricLines(name).stream()
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** The store, {@code storePathRootDir}. */
    public Path storeDir() {
        return directory.resolve("store");
    }

    /** Ends clients and broker and deletes the directory. */
    @Override
    public void close() {
        try {
            if (client != null) {
                client.close();
            }
        } finally {
            stop();
        }
        delete(directory);
    }

    private static void delete(Path root) {
        try (Stream<Path> tree = Files.walk(root)) {
            for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the test's directory can not be deleted: " + e.getMessage(), e);
        }
    }

    Path jars() {
        return directory.resolve("plugins");
    }

    void writeSettings(PackedPlugin plugin, List<String> lines) {
        Path conf = directory.resolve("conf");
        try {
            Files.createDirectories(conf);
            Files.write(conf.resolve(plugin.id() + ".properties"), lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    AdminHttp http() {
        return new AdminHttp(admin);
    }

    PluginHost host() {
        return broker().bench().plugins();
    }

    @Nullable
    PluginStatus statusOf(PackedPlugin plugin) {
        return statusOf(host(), plugin);
    }

    /** Known by its id, or, when its manifest was refused, by its file. */
    static @Nullable PluginStatus statusOf(PluginHost host, PackedPlugin plugin) {
        List<PluginStatus> found = new ArrayList<>(host.status());
        found.removeIf(
                status -> !status.id().equals(plugin.id()) && !status.jar().equals(plugin.id() + ".jar"));
        return found.isEmpty() ? null : found.getFirst();
    }

    private Broker broker() {
        Broker broker = running;
        if (broker == null) {
            throw new IllegalStateException("the broker is down: start() it");
        }
        return broker;
    }

    private StockClient client() {
        return Objects.requireNonNull(client, "the broker was never started");
    }

    /** After the clock moved: the name server may have forgotten the broker until it has registered again. */
    private void settle() {
        if (running != null) {
            client().awaitRoute();
        }
    }
}
