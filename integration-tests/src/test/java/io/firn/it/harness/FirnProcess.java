package io.firn.it.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Firn as a process: {@code BrokerMain start -Dkey=value …} on core-broker's run-time class path. */
public final class FirnProcess implements Sut {

    /** The one line on standard output. */
    public static final Pattern READY =
            Pattern.compile("firn ready: broker (\\S+:\\d+), name server (\\S+:\\d+), admin http://(\\S+:\\d+)");

    private static final Duration START_LIMIT = Duration.ofMinutes(1);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(30);

    private final BrokerSpec spec;
    private int starts;
    private @Nullable JavaProcess process;
    private @Nullable HostPort broker;
    private @Nullable HostPort nameServer;
    private @Nullable HostPort admin;

    public FirnProcess(BrokerSpec spec) {
        this.spec = spec;
    }

    /** Starts the process without waiting for anything: for starts that are expected to fail. */
    public static JavaProcess launch(BrokerSpec spec, List<String> overrides) {
        return launch(spec, "firn", overrides);
    }

    private static JavaProcess launch(BrokerSpec spec, String name, List<String> overrides) {
        TreeMap<String, String> keys = new TreeMap<>(spec.keys());
        keys.putIfAbsent("brokerName", spec.brokerName());
        keys.putIfAbsent("storePathRootDir", spec.store().toString());
        // not 0: the kernel gives such a port to an outgoing connection while the broker that had it is down
        keys.putIfAbsent("listenPort", Integer.toString(Ports.freeForBroker()));
        keys.putIfAbsent("firn.admin.port", Integer.toString(Ports.free()));
        if (spec.nameServers().isEmpty()) {
            keys.putIfAbsent("firn.nameserver.port", Integer.toString(Ports.free()));
        } else {
            keys.putIfAbsent("namesrvAddr", String.join(";", spec.nameServers()));
        }
        List<String> args = new ArrayList<>(List.of("start"));
        keys.forEach((key, value) -> args.add("-D" + key + "=" + value));
        args.addAll(overrides);
        List<String> jvm = List.of(
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-ea",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow");
        return JavaProcess.start(
                new JavaProcess.Launch(
                        name, spec.directory(), jvm, Peers.firnClassPath(), "io.firn.broker.BrokerMain", args),
                JavaProcess.Output.FILE);
    }

    @Override
    public void start() {
        List<String> samePorts = new ArrayList<>();
        if (broker != null) {
            samePorts.add("-DlistenPort=" + broker.port());
        }
        if (nameServer != null && spec.nameServers().isEmpty()) {
            samePorts.add("-Dfirn.nameserver.port=" + nameServer.port());
        }
        if (admin != null) {
            samePorts.add("-Dfirn.admin.port=" + admin.port());
        }
        JavaProcess started = launch(spec, "firn-" + ++starts, samePorts);
        process = started;
        Matcher ready =
                READY.matcher(started.awaitOutLine(line -> READY.matcher(line).matches(), START_LIMIT));
        assertThat(ready.matches()).isTrue();
        broker = HostPort.parse(ready.group(1));
        nameServer = HostPort.parse(
                spec.nameServers().isEmpty()
                        ? ready.group(2)
                        : spec.nameServers().getLast());
        admin = HostPort.parse(ready.group(3));
        if (!spec.nameServers().isEmpty()) {
            RawClient.awaitRegistered(nameServer(), broker());
        }
    }

    @Override
    public void kill() {
        running().kill();
    }

    @Override
    public int stop() {
        return running().terminate(STOP_LIMIT);
    }

    /** The running process: its output, its exit. */
    public JavaProcess running() {
        return known(process);
    }

    @Override
    public BrokerSpec spec() {
        return spec;
    }

    @Override
    public HostPort broker() {
        return known(broker);
    }

    @Override
    public HostPort nameServer() {
        return known(nameServer);
    }

    /** Address of the HTTP admin port. */
    public HostPort admin() {
        return known(admin);
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
    }

    private static <T> T known(@Nullable T value) {
        if (value == null) {
            throw new IllegalStateException("Firn was not started");
        }
        return value;
    }
}
