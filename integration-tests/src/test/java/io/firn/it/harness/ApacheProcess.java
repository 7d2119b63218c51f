package io.firn.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Apache RocketMQ 5.5.0 as processes: one broker, and a name server unless the spec names others. */
public final class ApacheProcess implements Sut {

    private static final Duration START_LIMIT = Duration.ofMinutes(4);
    private static final Duration STOP_LIMIT = Duration.ofMinutes(1);

    private final BrokerSpec spec;
    private final HostPort broker;
    private final @Nullable ApacheNameServer ownNameServer;
    private int starts;
    private @Nullable JavaProcess process;

    public ApacheProcess(BrokerSpec spec) {
        this.spec = spec;
        // Apache writes "brokerIP1:port" as it stands, so an IPv6 address needs its brackets there
        String given = spec.keys().getOrDefault("brokerIP1", "127.0.0.1");
        String host = given.contains(":") ? "[" + given + "]" : given;
        this.broker = new HostPort(host, Ports.freeForBroker());
        this.ownNameServer = spec.nameServers().isEmpty()
                ? new ApacheNameServer(spec.directory().resolve("namesrv"), host)
                : null;
    }

    static JavaProcess launch(String name, Path directory, String maxHeap, String mainClass, List<String> args) {
        List<String> jvm = new ArrayList<>(Peers.stockJvmArgs(maxHeap));
        jvm.add("-XX:MaxDirectMemorySize=512m");
        jvm.add("-Drocketmq.home.dir=" + directory.resolve("home"));
        return JavaProcess.start(
                new JavaProcess.Launch(name, directory, jvm, Peers.classPath("apache-5.5.0"), mainClass, args),
                JavaProcess.Output.FILE);
    }

    @Override
    public void start() {
        if (ownNameServer != null && starts == 0) {
            ownNameServer.start();
        }
        Path conf = writeConfiguration();
        JavaProcess started = launch(
                "broker-" + ++starts,
                spec.directory(),
                "512m",
                "org.apache.rocketmq.broker.BrokerStartup",
                List.of("-c", conf.toString()));
        process = started;
        started.awaitOutLine(line -> line.contains("boot success"), START_LIMIT);
        RawClient.awaitRegistered(nameServer(), broker);
    }

    private Path writeConfiguration() {
        TreeMap<String, String> keys = new TreeMap<>(spec.keys());
        keys.keySet().removeIf(key -> key.startsWith("firn."));
        keys.putIfAbsent("brokerClusterName", "DefaultCluster");
        keys.putIfAbsent("brokerName", spec.brokerName());
        keys.putIfAbsent("brokerId", "0");
        keys.put("brokerIP1", broker.host());
        keys.putIfAbsent("brokerIP2", broker.host());
        keys.putIfAbsent("bindAddress", ApacheNameServer.bare(broker.host()));
        keys.putIfAbsent("listenPort", String.valueOf(broker.port()));
        keys.putIfAbsent("haListenPort", String.valueOf(broker.port() + 1));
        keys.putIfAbsent("namesrvAddr", nameServers());
        keys.putIfAbsent("storePathRootDir", spec.store().toString());
        keys.putIfAbsent("storePathCommitLog", commitLog().toString());
        keys.putIfAbsent("timerWheelEnable", "false");
        // a busy test machine must not make the broker drop requests that waited for a core
        for (String queue : List.of("Send", "Pull", "Heartbeat", "Transaction", "Ack", "AdminBroker")) {
            keys.putIfAbsent("waitTimeMillsIn" + queue + "Queue", "30000");
        }
        keys.putIfAbsent("osPageCacheBusyTimeOutMills", "15000");
        StringBuilder text = new StringBuilder();
        keys.forEach((key, value) -> text.append(key).append('=').append(value).append('\n'));
        try {
            Files.createDirectories(spec.directory().resolve("home/conf"));
            return Files.writeString(spec.directory().resolve("broker.conf"), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String nameServers() {
        return ownNameServer == null
                ? String.join(";", spec.nameServers())
                : ownNameServer.address().toString();
    }

    @Override
    public void kill() {
        running().kill();
    }

    @Override
    public int stop() {
        return running().terminate(STOP_LIMIT);
    }

    private JavaProcess running() {
        if (process == null) {
            throw new IllegalStateException("the broker was not started");
        }
        return process;
    }

    @Override
    public BrokerSpec spec() {
        return spec;
    }

    @Override
    public HostPort broker() {
        return broker;
    }

    @Override
    public HostPort nameServer() {
        return ownNameServer == null ? HostPort.parse(spec.nameServers().getLast()) : ownNameServer.address();
    }

    @Override
    public String report() {
        return process == null ? "" : process.report();
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
        if (ownNameServer != null) {
            ownNameServer.close();
        }
    }
}
