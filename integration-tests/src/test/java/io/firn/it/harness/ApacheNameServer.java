package io.firn.it.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Apache RocketMQ's name server as a process. */
public final class ApacheNameServer implements AutoCloseable {

    private final Path directory;
    private final HostPort address;
    private @Nullable JavaProcess process;

    public ApacheNameServer(Path directory, String host) {
        this.directory = directory.toAbsolutePath();
        this.address = new HostPort(host, Ports.free());
    }

    public static ApacheNameServer start(Path directory) {
        ApacheNameServer server = new ApacheNameServer(directory, "127.0.0.1");
        server.start();
        return server;
    }

    public void start() {
        Path conf = directory.resolve("namesrv.conf");
        try {
            Files.createDirectories(directory.resolve("home/conf"));
            Files.writeString(conf, """
                    listenPort=%d
                    bindAddress=%s
                    kvConfigPath=%s/kvConfig.json
                    configStorePath=%s/namesrv.properties
                    """.formatted(address.port(), bare(address.host()), directory, directory));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        JavaProcess started = ApacheProcess.launch(
                "namesrv",
                directory,
                "128m",
                "org.apache.rocketmq.namesrv.NamesrvStartup",
                List.of("-c", conf.toString()));
        process = started;
        started.awaitOutLine(line -> line.contains("boot success"), Duration.ofMinutes(4));
    }

    public HostPort address() {
        return address;
    }

    /** SIGKILL; {@link #start} brings it back on the same port. */
    public void kill() {
        if (process != null) {
            process.kill();
        }
    }

    static String bare(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    @Override
    public void close() {
        if (process != null) {
            process.close();
        }
    }
}
